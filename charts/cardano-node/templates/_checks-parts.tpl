{{/* Checks of the parts around the node; one line a problem, as in _checks.tpl. */}}
{{- define "cardano-node.checks.parts" -}}
{{- include "cardano-node.checks.ingress" . }}
{{- if eq "true" (include "cardano-node.mithrilSigner.enabled" .) }}
{{- include "cardano-node.checks.mithrilSigner" . }}
{{- end }}
{{- end -}}

{{- define "cardano-node.checks.mithrilSigner" -}}
{{- if gt (int .Values.replicaCount) 1 }}
mithrilSigner.enabled: each of the {{ .Values.replicaCount }} replicas would sign for the same pool. Set replicaCount=1, or run the signer beside a relay of one replica, with mithrilSigner.secretName.
{{- end }}
{{- $aggregator := include "cardano-node.mithrilSigner.aggregator" . }}
{{- if not $aggregator }}
mithrilSigner.aggregatorEndpoint: a custom network has no default. Set it.
{{- end }}
{{- range $network, $facts := .Files.Get "files/networks.json" | fromJson }}
{{- if and (ne $network $.Values.cardanoNode.network) $aggregator (eq $aggregator $facts.mithril.aggregatorEndpoint) }}
mithrilSigner.aggregatorEndpoint: {{ $aggregator }} is the aggregator of {{ $network }}, and cardanoNode.network is {{ $.Values.cardanoNode.network }}. Leave it null for the network's own.
{{- end }}
{{- end }}
{{- end -}}

{{- define "cardano-node.checks.ingress" -}}
{{- if .Values.ingress.enabled }}
{{- $there := dict
  "submit-api" (include "cardano-node.submitApi.enabled" .)
  "mithril" (include "cardano-node.mithrilSigner.enabled" .)
  "metrics" (.Values.cardanoNode.prometheus.enabled | toString)
  "forge-metrics" (and .Values.forgeManager.service.enabled (eq "true" (include "cardano-node.managed" .)) | toString)
}}
{{- range $host := .Values.ingress.hosts }}
{{- range $host.paths }}
{{- $service := .service | default "submit-api" }}
{{- if ne "true" (get $there $service) }}
ingress.hosts: {{ $host.host }}{{ .path }} leads to the Service {{ $service }}, which these values leave out. Set {{ eq $service "submit-api" | ternary "submitApi.enabled=true" "another service" }}, or ingress.enabled=false.
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
