{{/* Checks of the parts around the node; one line a problem, as in _checks.tpl. */}}
{{- define "cardano-node.checks.parts" -}}
{{- include "cardano-node.checks.ingress" . }}
{{- if eq "true" (include "cardano-node.mithrilSigner.enabled" .) }}
{{- include "cardano-node.checks.mithrilSigner" . }}
{{- end }}
{{- include "cardano-node.checks.scaling" . }}
{{- include "cardano-node.checks.secrets" . }}
{{- include "cardano-node.checks.ports" . }}
{{- include "cardano-node.checks.listeners" . }}
{{- include "cardano-node.checks.volumes" . }}
{{- $own := include "cardano-node.podSpec.own" . | fromJson }}
{{- range $field := keys .Values.podSpec | sortAlpha }}
{{- if hasKey $own $field }}
podSpec.{{ $field }}: the chart sets it itself. {{ with get $own $field }}Set {{ . }} instead.{{ else }}Remove it.{{ end }}
{{- end }}
{{- end }}
{{- include "cardano-node.checks.monitoring" . }}
{{- include "cardano-node.checks.resources" . }}
{{- end -}}

{{- define "cardano-node.checks.volumes" -}}
{{- range $volume := list "ledger" "socket" }}
{{- with get $.Values.persistence $volume }}
{{- if and .enabled .existingClaim (gt (int $.Values.replicaCount) 1) }}
persistence.{{ $volume }}.existingClaim: {{ $.Values.replicaCount }} replicas cannot {{ eq $volume "ledger" | ternary "write one ledger" "bind one socket" }}. Set replicaCount=1, or leave existingClaim empty so that each replica gets a claim.
{{- end }}
{{- if and .enabled (eq "Block" (toString .spec.volumeMode)) }}
persistence.{{ $volume }}.spec: a volume of mode Block has no files and is not mounted. Remove volumeMode.
{{- end }}
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
{{- $services := .Values.service }}
{{- $ports := dict "submit-api" (list (int $services.submitApi.port) (int .Values.submitApi.healthPort)) "mithril" (list (int $services.mithril.port)) "metrics" (list (int $services.metrics.port)) "forge-metrics" (list (int .Values.forgeManager.service.port)) }}
{{- range $host := .Values.ingress.hosts }}
{{- range $host.paths }}
{{- $service := .service | default "submit-api" }}
{{- $own := get $ports $service }}
{{- if and (eq "true" (get $there $service)) .port $own (not (has (int .port) $own)) }}
ingress.hosts: {{ $host.host | default "*" }}{{ .path }} leads to port {{ .port }} of the Service {{ $service }}, which has {{ join " and " $own }}. Remove the port to use the Service's own.
{{- end }}
{{- if ne "true" (get $there $service) }}
ingress.enabled: {{ $host.host | default "*" }}{{ .path }} leads to the Service {{ $service }}, which these values do not create. Set {{ eq $service "submit-api" | ternary "submitApi.enabled=true" "another service" }}, or ingress.enabled=false.
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "cardano-node.checks.secrets" -}}
{{- $secrets := .Values.secrets -}}
{{- if $secrets.create }}
{{- $read := or .Values.cardanoNode.blockProducer (and (eq "true" (include "cardano-node.mithrilSigner.enabled" .)) (not .Values.mithrilSigner.secretName)) }}
{{- if not $read }}
secrets.create: nothing in this release reads the Secret: a relay has no keys. Set it to false, or cardanoNode.blockProducer=true.
{{- end }}
{{- if eq .Values.cardanoNode.network "mainnet" }}
secrets.create: Helm's release record keeps keys from values, for anyone who can read Secrets there, so this is refused on mainnet. Set it to false and create the Secret {{ include "cardano-node.names.keysSecret" . }} yourself.
{{- end }}
{{- range $key, $value := $secrets.data }}
{{- if not $value }}
secrets.create: secrets.data.{{ $key }} is empty. Set it, or create the Secret yourself and set secrets.create=false.
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* A request above the limit, both set by the user: the API server accepts the StatefulSet, but none of its pods. */}}
{{- define "cardano-node.checks.resources" -}}
{{- range $part, $given := .Values.resources }}
{{- $resources := eq $part "cardanoNode" | ternary (include "cardano-node.pod.cardanoNodeResources" $) (include "cardano-node.resources" (dict "root" $ "of" $part "resources" $given)) | fromYaml }}
{{- range $name, $limit := $resources.limits }}
{{- $request := dig "requests" $name "" $resources }}
{{- if and $request (gt (include "cardano-node.quantity" $request | float64) (include "cardano-node.quantity" $limit | float64)) }}
resources.{{ $part }}: the request of {{ $request }} {{ $name }} is more than the limit of {{ $limit }}. Change one of the two.
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
