{{/* Seconds of the own Lease, by either value path. */}}
{{- define "cardano-node.leaseDuration" -}}
{{- $manager := .Values.forgeManager -}}
{{- $manager.election.leaseDurationSeconds | default $manager.legacy.lease.duration | default 15 -}}
{{- end -}}

{{/* Seconds added to the lease: with one replica, or with a hub that excludes all others. No wait exceeds an hour (election/record.py). */}}
{{- define "cardano-node.failsafe" -}}
{{- $most := sub 3600 (include "cardano-node.leaseDuration" . | int) -}}
{{- or (eq 1 (int .Values.replicaCount)) (eq "true" (include "cardano-node.excludedByHub" .)) | ternary (min (int .Values.forgeManager.election.failsafeSeconds) $most) 0 -}}
{{- end -}}

{{/* Seconds for which the API server may be unreachable: the proven part of the longer lease (election/terms.py, with_failsafe). */}}
{{- define "cardano-node.outage" -}}
{{- $failsafe := include "cardano-node.failsafe" . | int -}}
{{- $lease := mul 1000 (add $failsafe (include "cardano-node.leaseDuration" . | int)) -}}
{{- ne 0 $failsafe | ternary (div (sub $lease (add 3500 1500 (div $lease 20))) 1000) 0 -}}
{{- end -}}
