{{/* Seconds of the own Lease, by either path. */}}
{{- define "cardano-node.leaseDuration" -}}
{{- $manager := .Values.forgeManager -}}
{{- $manager.election.leaseDurationSeconds | default $manager.legacy.lease.duration | default 15 -}}
{{- end -}}

{{/* Seconds by which the lease is longer: of the only replica, or with a hub that excludes all others. Nobody is waited for longer than an hour (election/record.py). */}}
{{- define "cardano-node.failsafe" -}}
{{- $most := sub 3600 (include "cardano-node.leaseDuration" . | int) -}}
{{- or (eq 1 (int .Values.replicaCount)) (eq "true" (include "cardano-node.excludedByHub" .)) | ternary (min (int .Values.forgeManager.election.failsafeSeconds) $most) 0 -}}
{{- end -}}

{{/* Seconds for which the API server may be away: what is proven of the longer lease (election/terms.py, with_failsafe). */}}
{{- define "cardano-node.outage" -}}
{{- $failsafe := include "cardano-node.failsafe" . | int -}}
{{- $lease := mul 1000 (add $failsafe (include "cardano-node.leaseDuration" . | int)) -}}
{{- ne 0 $failsafe | ternary (div (sub $lease (add 3500 1500 (div $lease 20))) 1000) 0 -}}
{{- end -}}
