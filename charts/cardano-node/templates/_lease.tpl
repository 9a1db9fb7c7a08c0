{{/* Seconds of the own Lease, by either path. */}}
{{- define "cardano-node.leaseDuration" -}}
{{- $manager := .Values.forgeManager -}}
{{- $manager.election.leaseDurationSeconds | default $manager.legacy.lease.duration | default 15 -}}
{{- end -}}
