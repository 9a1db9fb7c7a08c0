{{/* What is scraped, for both ServiceMonitor and PodMonitor. An endpoint's own times replace the common ones. */}}
{{- define "cardano-node.monitoring.endpoints" -}}
{{- $monitor := .Values.monitoring.serviceMonitor -}}
{{- $endpoints := list -}}
{{- $parts := dict -}}
{{- if .Values.cardanoNode.prometheus.enabled }}{{ $_ := set $parts "metrics" $monitor.cardanoNode }}{{ end -}}
{{- if eq "true" (include "cardano-node.managed" .) }}{{ $_ := set $parts "forge-metrics" $monitor.forgeManager }}{{ end -}}
{{- range $port, $part := $parts -}}
{{- $endpoint := dict "port" $port "path" $part.path
  "interval" ($part.interval | default $monitor.interval)
  "scrapeTimeout" ($part.scrapeTimeout | default $monitor.scrapeTimeout) -}}
{{- range $field := list "scheme" "tlsConfig" "relabelings" "metricRelabelings" -}}
{{- with get $part $field }}{{ $_ := set $endpoint $field . }}{{ end -}}
{{- end -}}
{{- $endpoints = append $endpoints $endpoint -}}
{{- end -}}
{{- concat $endpoints $monitor.extraEndpoints | toYaml -}}
{{- end -}}

{{- define "cardano-node.monitoring.metadata" -}}
{{- $monitor := .Values.monitoring.serviceMonitor -}}
{{- include "cardano-node.metadata" (dict "root" . "name" (include "cardano-node.fullname" .) "namespace" $monitor.namespace "annotations" $monitor.annotations "labels" $monitor.labels) -}}
{{- end -}}

{{/* Fields of both kinds. A monitor in another namespace still selects the release's namespace. */}}
{{- define "cardano-node.monitoring.spec" -}}
{{- $monitor := .Values.monitoring.serviceMonitor -}}
namespaceSelector:
  {{- $monitor.namespaceSelector | default (dict "matchNames" (list .Release.Namespace)) | toYaml | nindent 2 }}
{{- with $monitor.jobLabel }}
jobLabel: {{ . | quote }}
{{- end }}
{{- with $monitor.spec }}
{{ toYaml . }}
{{- end }}
{{- end -}}
