{{/* All containers of a pod share one address. */}}
{{- define "cardano-node.checks.ports" -}}
{{- $ports := list
  (list "cardanoNode.port" .Values.cardanoNode.port true)
  (list "cardanoNode.ekgPort" .Values.cardanoNode.ekgPort (eq "true" (include "cardano-node.showsEkg" .)))
  (list "cardanoNode.prometheus.port" .Values.cardanoNode.prometheus.port .Values.cardanoNode.prometheus.enabled)
  (list "forgeManager.metricsPort" .Values.forgeManager.metricsPort (eq "true" (include "cardano-node.managed" .)))
  (list "submitApi.port" .Values.submitApi.port (eq "true" (include "cardano-node.submitApi.enabled" .)))
  (list "submitApi.healthPort" .Values.submitApi.healthPort (eq "true" (include "cardano-node.submitApi.enabled" .)))
  (list "mithrilSigner.port" .Values.mithrilSigner.port (eq "true" (include "cardano-node.mithrilSigner.enabled" .)))
-}}
{{- $taken := dict }}
{{- range $entry := $ports }}
{{- $path := index $entry 0 }}
{{- $port := index $entry 1 | toString }}
{{- if index $entry 2 }}
{{- with get $taken $port }}
{{- $named := include "cardano-node.whichIsSet" (dict "root" $ "paths" (list . $path)) }}
{{ $named }}: {{ $port }} is also {{ eq $named $path | ternary . $path }}, and both listen in one pod. Change one of the two.
{{- end }}
{{- $_ := set $taken $port $path }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Listeners that no client can reach, and clients of ports that nothing listens on. */}}
{{- define "cardano-node.checks.listeners" -}}
{{- $node := .Values.cardanoNode -}}
{{- $type := include "cardano-node.service.type" (dict "service" .Values.service.p2p "default" (include "cardano-node.service.p2pType" .)) }}
{{- if and (eq "true" (include "cardano-node.isLoopback" $node.bindAddress)) (ne "ClusterIP" $type) }}
cardanoNode.bindAddress: {{ $node.bindAddress }} accepts no connections from outside the pod, but its Service for peers is of type {{ $type }}. Set 0.0.0.0, or service.p2p.type=ClusterIP.
{{- end }}
{{- if and .Values.networkPolicy.enabled .Values.monitoring.enabled $node.prometheus.enabled $node.prometheusPort (ne (int $node.prometheusPort) (int $node.prometheus.port)) }}
cardanoNode.prometheusPort: {{ $node.prometheusPort }} would be open in the NetworkPolicy, but the node's metrics are on port {{ $node.prometheus.port }} (cardanoNode.prometheus.port). Leave it null to use the same port.
{{- end }}
{{- $ekg := include "cardano-node.ekg" . }}
{{- if and $ekg (ne $ekg (toString $node.ekgPort)) }}
{{ include "cardano-node.config.origin" (dict "root" . "key" "hasEKG") }}: hasEKG is {{ $ekg }}, but cardanoNode.ekgPort is {{ $node.ekgPort }}. Use the same port for both.
{{- end }}
{{- end -}}
