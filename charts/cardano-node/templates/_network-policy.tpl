{{/*
A rule: (dict "side" "from" "peers" list "cidrs" list "ports" (list 3001))
Ports are the containers' (a policy sees them behind the Service), by number (the
port names of a native sidecar are not resolved). Without peers: anyone; without
ports: any TCP port.
*/}}
{{- define "cardano-node.networkPolicy.rule" -}}
{{- $ports := list -}}
{{- range .ports }}{{ $ports = append $ports (dict "protocol" "TCP" "port" (int .)) }}{{ end -}}
{{- $rule := dict "ports" ($ports | default (list (dict "protocol" "TCP"))) -}}
{{- $peers := .peers | default list -}}
{{- range compact (.cidrs | default list) }}{{ $peers = append $peers (dict "ipBlock" (dict "cidr" .)) }}{{ end -}}
{{- with $peers }}{{ $_ := set $rule $.side . }}{{ end -}}
{{- toYaml (list $rule) -}}
{{- end -}}

{{/* Kubelets always reach the pods of their machine, so probes need no rule. */}}
{{- define "cardano-node.networkPolicy.ingress" -}}
{{- $ingress := .Values.networkPolicy.ingress -}}
# Other nodes.
{{ include "cardano-node.networkPolicy.rule" (dict "side" "from" "peers" $ingress.p2pFrom "cidrs" (list $ingress.p2pFromCIDR) "ports" (list .Values.cardanoNode.port)) }}
{{- if .Values.monitoring.enabled }}
{{- with include "cardano-node.networkPolicy.metricsPorts" . | fromJsonArray }}
{{- $from := list -}}
{{- range $ingress.metricsFromNamespaces }}
{{- $from = append $from (dict "namespaceSelector" (dict "matchLabels" (dict "kubernetes.io/metadata.name" .))) -}}
{{- end }}
# Metrics: by default from the pods of the namespace.
{{ include "cardano-node.networkPolicy.rule" (dict "side" "from" "peers" ($from | default (list (dict "podSelector" dict))) "ports" .) }}
{{- end }}
{{- end }}
{{- if eq "true" (include "cardano-node.managed" .) }}
# The pod of `helm test`, even if others may not scrape.
{{- $test := list (dict "podSelector" (dict "matchLabels" (include "cardano-node.labels.test" . | fromYaml))) }}
{{ include "cardano-node.networkPolicy.rule" (dict "side" "from" "peers" $test "ports" (list .Values.forgeManager.metricsPort)) }}
{{- end }}
{{- if eq "true" (include "cardano-node.submitApi.enabled" .) }}
# Transactions.
{{ include "cardano-node.networkPolicy.rule" (dict "side" "from" "peers" $ingress.submitApiFrom "ports" (list .Values.submitApi.port)) }}
{{- end }}
{{- with $ingress.customRules }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Ports that serve metrics, as JSON. */}}
{{- define "cardano-node.networkPolicy.metricsPorts" -}}
{{- $ports := list -}}
{{- $node := .Values.cardanoNode -}}
{{- if $node.prometheus.enabled }}{{ $ports = append $ports ($node.prometheusPort | default $node.prometheus.port) }}{{ end -}}
{{- if eq "true" (include "cardano-node.managed" .) }}{{ $ports = append $ports .Values.forgeManager.metricsPort }}{{ end -}}
{{- if eq "true" (include "cardano-node.submitApi.enabled" .) }}{{ $ports = append $ports .Values.submitApi.healthPort }}{{ end -}}
{{- if eq "true" (include "cardano-node.mithrilSigner.enabled" .) }}{{ $ports = append $ports .Values.mithrilSigner.port }}{{ end -}}
{{- toJson $ports -}}
{{- end -}}

{{- define "cardano-node.networkPolicy.egress" -}}
{{- $egress := .Values.networkPolicy.egress -}}
# DNS.
- ports:
    {{- range $port := $egress.dnsPorts }}
    {{- range $protocol := list "UDP" "TCP" }}
    - {protocol: {{ $protocol }}, port: {{ $port }}}
    {{- end }}
    {{- end }}
# Other nodes listen on any port.
{{ include "cardano-node.networkPolicy.rule" (dict "side" "to" "peers" $egress.p2pTo "cidrs" (list $egress.p2pToCIDR)) }}
# Genesis files and Mithril, or the proxy.
{{ include "cardano-node.networkPolicy.rule" (dict "side" "to" "cidrs" (list $egress.httpsToCIDR) "ports" (include "cardano-node.environment.webPorts" . | fromJsonArray)) }}
{{- if eq "true" (include "cardano-node.elected" .) }}
# The API server is not a pod: by address, and by its ports.
{{ include "cardano-node.networkPolicy.rule" (dict "side" "to" "cidrs" $egress.apiServer.cidrs "ports" $egress.apiServer.ports) }}
{{- end }}
{{- with $egress.healthCheckTo }}
{{ include "cardano-node.networkPolicy.rule" (dict "side" "to" "peers" .) }}
{{- end }}
{{- with $egress.customRules }}
{{ toYaml . }}
{{- end }}
{{- end -}}
