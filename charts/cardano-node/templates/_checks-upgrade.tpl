{{/*
What only the running release tells, so `helm upgrade` sees it and `helm template` does not: whether
its pods elect a forger or forge on their own. Both at once may be two that forge. A single pod is
replaced when it has ended; with more than one the two kinds would run side by side.
*/}}
{{- define "cardano-node.checks.upgrade" -}}
{{- $running := lookup "apps/v1" "StatefulSet" .Release.Namespace (include "cardano-node.fullname" .) -}}
{{- if and .Values.cardanoNode.blockProducer $running (gt (int (dig "status" "replicas" 0 $running)) 0) }}
{{- $env := dict -}}
{{- $pod := $running.spec.template.spec -}}
{{- range concat ($pod.initContainers | default list) $pod.containers }}
{{- if has .name (list "cardano-forge-manager" "cardano-node") }}
{{- range .env }}{{ $_ := set $env .name (.value | default "") }}{{ end }}
{{- end }}
{{- end }}
{{- $produces := eq "true" (get $env "CARDANO_BLOCK_PRODUCER") -}}
{{- $elected := eq "sighup" (get $env "NODE_CONTROL") -}}
{{- $several := gt (max (int $running.spec.replicas) (int .Values.replicaCount)) 1 -}}
{{- if and $produces $several (ne (toString $elected) (include "cardano-node.elected" .)) }}
forgeManager.nodeControl: pods that elect one forger and a pod that forges on its own would run at once. Set replicaCount=1 and nothing else first, wait until the other pods have ended, then change this, then scale.
{{- end }}
{{- end }}
{{- end -}}
