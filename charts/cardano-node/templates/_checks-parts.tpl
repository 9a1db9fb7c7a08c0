{{/* Checks of the parts around the node; one line a problem, as in _checks.tpl. */}}
{{- define "cardano-node.checks.parts" -}}
{{- include "cardano-node.checks.ingress" . }}
{{- if eq "true" (include "cardano-node.mithrilSigner.enabled" .) }}
{{- include "cardano-node.checks.mithrilSigner" . }}
{{- end }}
{{- include "cardano-node.checks.scaling" . }}
{{- include "cardano-node.checks.secrets" . }}
{{- include "cardano-node.checks.ports" . }}
{{- $own := include "cardano-node.podSpec.own" . | fromJson }}
{{- range $field := keys .Values.podSpec | sortAlpha }}
{{- if hasKey $own $field }}
podSpec.{{ $field }}: the chart sets it itself. {{ with get $own $field }}Set {{ . }} instead.{{ else }}Remove it.{{ end }}
{{- end }}
{{- end }}
{{- include "cardano-node.checks.monitoring" . }}
{{- with .Values.persistence.socket }}
{{- if and .enabled .existingClaim (gt (int $.Values.replicaCount) 1) }}
persistence.socket.existingClaim: {{ $.Values.replicaCount }} replicas would bind one socket. Set replicaCount=1, or leave existingClaim empty so that each replica gets a claim.
{{- end }}
{{- end }}
{{- end -}}

{{- define "cardano-node.checks.scaling" -}}
{{- $scaling := .Values.autoscaling -}}
{{- if $scaling.enabled }}
{{- if .Values.cardanoNode.blockProducer }}
autoscaling.enabled: more replicas of a block producer forge no more blocks. Set it to false, and replicaCount to the number of standbys wanted.
{{- end }}
{{- if gt (int $scaling.minReplicas) (int $scaling.maxReplicas) }}
autoscaling.maxReplicas: {{ $scaling.maxReplicas }} is less than autoscaling.minReplicas ({{ $scaling.minReplicas }}). Change one of the two.
{{- end }}
{{- if not (or $scaling.targetCPUUtilizationPercentage $scaling.targetMemoryUtilizationPercentage $scaling.customMetrics) }}
autoscaling.customMetrics: there is nothing to scale by. Set it, or one of the two targets.
{{- end }}
{{- range $volume := list "ledger" "socket" }}
{{- with get $.Values.persistence $volume }}
{{- if and .enabled .existingClaim }}
persistence.{{ $volume }}.existingClaim: autoscaling would have several replicas share it. Leave it empty so that each replica gets a claim, or set autoscaling.enabled=false.
{{- end }}
{{- end }}
{{- end }}
{{- if eq "true" (include "cardano-node.mithrilSigner.enabled" .) }}
mithrilSigner.enabled: autoscaling would have several replicas sign for the same pool. Set autoscaling.enabled=false.
{{- end }}
{{- end }}
{{- with .Values.podDisruptionBudget }}
{{- if and .enabled (kindIs "invalid" .minAvailable) (kindIs "invalid" .maxUnavailable) }}
podDisruptionBudget.minAvailable: neither it nor maxUnavailable is set. Set one of the two.
{{- end }}
{{- end }}
{{- end -}}

{{- define "cardano-node.checks.monitoring" -}}
{{- with .Values.monitoring }}
{{- if and .enabled .serviceMonitor.enabled .podMonitor.enabled }}
monitoring.podMonitor.enabled: with a ServiceMonitor as well every metric would be there twice. Set one of the two to false.
{{- end }}
{{- if and .enabled (or .serviceMonitor.enabled .podMonitor.enabled) (not (include "cardano-node.monitoring.endpoints" $ | fromYamlArray)) }}
monitoring: there is nothing to scrape. Set cardanoNode.prometheus.enabled=true, or monitoring.enabled=false.
{{- end }}
{{- end }}
{{- end -}}

{{- define "cardano-node.checks.mithrilSigner" -}}
{{- with .Values.image.mithrilSigner }}
{{- if not (or .tag .digest) }}
image.mithrilSigner.tag: not set, and which one fits depends on your node and your Mithril network. Set the tag of a Mithril distribution that supports both, or image.mithrilSigner.digest.
{{- end }}
{{- end }}
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
{{- $services := .Values.service }}
{{- $ports := dict "submit-api" (list (int $services.submitApi.port) (int .Values.submitApi.healthPort)) "mithril" (list (int $services.mithril.port)) "metrics" (list (int $services.metrics.port)) "forge-metrics" (list (int .Values.forgeManager.service.port)) }}
{{- range $host := .Values.ingress.hosts }}
{{- range $host.paths }}
{{- $service := .service | default "submit-api" }}
{{- $own := get $ports $service }}
{{- if and (eq "true" (get $there $service)) .port $own (not (has (int .port) $own)) }}
ingress.hosts: {{ $host.host | default "*" }}{{ .path }} leads to port {{ .port }} of the Service {{ $service }}, which has {{ join " and " $own }}. Leave the port out: the Service's own is taken.
{{- end }}
{{- if ne "true" (get $there $service) }}
ingress.hosts: {{ $host.host | default "*" }}{{ .path }} leads to the Service {{ $service }}, which these values leave out. Set {{ eq $service "submit-api" | ternary "submitApi.enabled=true" "another service" }}, or ingress.enabled=false.
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "cardano-node.checks.secrets" -}}
{{- $secrets := .Values.secrets -}}
{{- if $secrets.create }}
{{- if eq .Values.cardanoNode.network "mainnet" }}
secrets.create: keys in values are kept in Helm's release record, for anyone who reads Secrets there, so not on mainnet. Set it to false and create the Secret {{ include "cardano-node.names.keysSecret" . }} yourself.
{{- end }}
{{- range $key, $value := $secrets.data }}
{{- if not $value }}
secrets.data.{{ $key }}: empty, and secrets.create is true. Set it, or secrets.create=false.
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* All containers of a pod listen at one address. */}}
{{- define "cardano-node.checks.ports" -}}
{{- $ports := list
  (list "cardanoNode.port" .Values.cardanoNode.port true)
  (list "cardanoNode.ekgPort" .Values.cardanoNode.ekgPort true)
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
{{ $path }}: {{ $port }} is {{ . }} as well, and both listen in one pod. Change one of the two.
{{- end }}
{{- $_ := set $taken $port $path }}
{{- end }}
{{- end }}
{{- end -}}
