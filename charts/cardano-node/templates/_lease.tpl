{{/* Seconds of the own Lease, by either path. */}}
{{- define "cardano-node.leaseDuration" -}}
{{- $manager := .Values.forgeManager -}}
{{- $manager.election.leaseDurationSeconds | default $manager.legacy.lease.duration | default 15 -}}
{{- end -}}

{{/* Seconds by which the only replica's lease is longer; nobody is waited for longer than an hour (election/record.py). */}}
{{- define "cardano-node.failsafe" -}}
{{- $most := sub 3600 (include "cardano-node.leaseDuration" . | int) -}}
{{- eq 1 (int .Values.replicaCount) | ternary (min (int .Values.forgeManager.election.failsafeSeconds) $most) 0 -}}
{{- end -}}
