{{/* How many pods, and how many may be evicted; one line a problem, as in _checks.tpl. */}}
{{- define "cardano-node.checks.scaling" -}}
{{- $scaling := .Values.autoscaling -}}
{{- if $scaling.enabled }}
{{- if .Values.cardanoNode.blockProducer }}
autoscaling.enabled: more replicas of a block producer do not forge more blocks. Set it to false, and replicaCount to the number of pods you want.
{{- end }}
{{- if gt (int $scaling.minReplicas) (int $scaling.maxReplicas) }}
{{ include "cardano-node.whichIsSet" (dict "root" . "paths" (list "autoscaling.minReplicas" "autoscaling.maxReplicas")) }}: autoscaling.maxReplicas ({{ $scaling.maxReplicas }}) is less than autoscaling.minReplicas ({{ $scaling.minReplicas }}). Change one of the two.
{{- end }}
{{- if not (or $scaling.targetCPUUtilizationPercentage $scaling.targetMemoryUtilizationPercentage $scaling.customMetrics) }}
autoscaling.enabled: autoscaling has no metric. Set autoscaling.customMetrics, or one of the two targets.
{{- end }}
{{- range $volume := list "ledger" "socket" }}
{{- with get $.Values.persistence $volume }}
{{- if and .enabled .existingClaim }}
persistence.{{ $volume }}.existingClaim: autoscaling would make several replicas share this claim. Leave it empty so that each replica gets a claim, or set autoscaling.enabled=false.
{{- end }}
{{- end }}
{{- end }}
{{- if eq "true" (include "cardano-node.mithrilSigner.enabled" .) }}
{{ include "cardano-node.mithrilSigner.switch" . }}: autoscaling would make several replicas sign for the same pool. Set autoscaling.enabled=false.
{{- end }}
{{- include "cardano-node.checks.scaledByRequests" . }}
{{- end }}
{{- with .Values.podDisruptionBudget }}
{{- if and .enabled (kindIs "invalid" .minAvailable) (kindIs "invalid" .maxUnavailable) }}
podDisruptionBudget.minAvailable: neither it nor maxUnavailable is set. Set one of the two.
{{- end }}
{{- end }}
{{- end -}}

{{/*
A target in per cent refers to the requests, and an autoscaler does nothing if a container has none
(Kubernetes, pkg/controller/podautoscaler/replica_calculator.go, calculatePodRequests). A limit counts as one.
*/}}
{{- define "cardano-node.checks.scaledByRequests" -}}
{{- $scaling := .Values.autoscaling -}}
{{- $containers := list (dict "name" "cardano-node" "path" "resources.cardanoNode" "resources" (include "cardano-node.pod.cardanoNodeResources" . | fromYaml)) -}}
{{- if eq "true" (include "cardano-node.submitApi.enabled" .) -}}
{{- $containers = append $containers (dict "name" "submit-api" "path" "resources.submitApi" "resources" .Values.resources.submitApi) -}}
{{- end -}}
{{- range .Values.extraContainers -}}
{{- $containers = append $containers (dict "name" .name "path" "extraContainers" "resources" (.resources | default dict)) -}}
{{- end -}}
{{- range $target, $resource := dict "targetCPUUtilizationPercentage" "cpu" "targetMemoryUtilizationPercentage" "memory" }}
{{- if get $scaling $target }}
{{- range $containers }}
{{- $requests := .resources.requests | default dict }}
{{- $limits := .resources.limits | default dict }}
{{- if not (or (get $requests $resource) (get $limits $resource)) }}
{{ .path }}: {{ .name }} requests no {{ $resource }}, so an autoscaler with this target (autoscaling.{{ $target }}) never scales. Set the request, or set that target to null.
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
