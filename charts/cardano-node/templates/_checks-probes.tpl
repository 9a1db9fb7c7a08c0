{{/* Fields and handlers that Kubernetes refuses in one kind of probe; only for rendered probes. */}}
{{- define "cardano-node.checks.probes" -}}
{{- $managed := eq "true" (include "cardano-node.managed" .) }}
{{- $node := .Values.healthChecks.cardanoNode }}
{{- $probes := dict }}
{{- $containers := dict "submitApi.healthCheck" "submitApi" "mithrilSigner.healthCheck" "mithrilSigner" }}
{{- range $container := list "cardanoNode" "forgeManager" }}
{{- range $kind, $probe := index $.Values.healthChecks $container }}{{ $_ := set $containers (printf "healthChecks.%s.%s" $container $kind) $container }}{{ end }}
{{- end }}
{{- if not .Values.sleepMode }}
{{- range $kind, $probe := $node }}{{ $_ := set $probes (printf "healthChecks.cardanoNode.%s" $kind) $probe }}{{ end }}
{{- end }}
{{- if $managed }}
{{- range $kind, $probe := .Values.healthChecks.forgeManager }}{{ $_ := set $probes (printf "healthChecks.forgeManager.%s" $kind) $probe }}{{ end }}
{{- end }}
{{- if eq "true" (include "cardano-node.submitApi.enabled" .) }}{{ $_ := set $probes "submitApi.healthCheck" .Values.submitApi.healthCheck }}{{ end }}
{{- if eq "true" (include "cardano-node.mithrilSigner.enabled" .) }}{{ $_ := set $probes "mithrilSigner.healthCheck" .Values.mithrilSigner.healthCheck }}{{ end }}
{{- range $path, $probe := $probes }}
{{- if $probe.enabled }}
{{- $readiness := hasSuffix ".readinessProbe" $path }}
{{- if and (not $readiness) (gt (int $probe.successThreshold) 1) }}
{{ $path }}: successThreshold is {{ $probe.successThreshold }}, but Kubernetes allows only 1, except in a readiness probe. Remove it.
{{- end }}
{{- if and $readiness $probe.terminationGracePeriodSeconds }}
{{ $path }}: a readiness probe never stops a container. Remove terminationGracePeriodSeconds.
{{- end }}
{{- $handlers := include "cardano-node.probe.handlers" $probe | fromJsonArray }}
{{- if gt (len $handlers) 1 }}
{{ $path }}: a probe can have only one handler, but this one has {{ join " and " $handlers }}. Remove the others.
{{- end }}
{{- $asked := get $probe (first $handlers | default "httpGet") | default dict }}
{{- $listens := include "cardano-node.probe.listeners" (dict "root" $ "container" (index $containers $path)) | fromJsonArray }}
{{- if and $listens $asked.port (not (kindIs "string" $asked.port)) (not $asked.host) (not (has (int $asked.port | toString) $listens)) }}
{{ $path }}: nothing in this container listens on port {{ int $asked.port }}, so the probe would never pass. Remove the port, or set {{ join " or " $listens }}.
{{- end }}
{{- if kindIs "string" $asked.port }}
{{- $container := include (printf "cardano-node.pod.%s" (index $containers $path)) $ | fromYaml }}
{{- $ports := list }}
{{- range $container.ports }}{{ $ports = append $ports .name }}{{ end }}
{{- if not (has $asked.port $ports) }}
{{ $path }}: {{ $asked.port }} is not a port of {{ $container.name }}, which has {{ join ", " $ports }}. Set one of these, or a number.
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- if not (or .Values.sleepMode .Values.cardanoNode.configMap (not .Values.cardanoNode.prometheus.enabled)) }}
{{- $config := include "cardano-node.config.json" . | fromJson }}
{{- $shown := include "cardano-node.config.metrics" $config | fromJson }}
{{- $asked := dict "livenessProbe" $node.livenessProbe }}
{{- if not $managed }}{{ $_ := set $asked "readinessProbe" $node.readinessProbe }}{{ end }}
{{- range $kind, $probe := $asked }}
{{- if and $probe.enabled (ne "true" (include "cardano-node.probe.hasHandler" $probe)) (eq "metrics" (toString ($probe.httpGet.port | default "metrics"))) (not $probe.httpGet.host) }}
{{- $old := eq "false" (toString $config.UseTraceDispatcher) }}
{{- $origin := include "cardano-node.config.origin" (dict "root" $ "key" ($old | ternary "hasPrometheus" "TraceOptions") "value" "prometheus.host") }}
{{- if and $shown (eq "true" (include "cardano-node.isLoopback" (toString $shown.host))) }}
{{ $origin }}: the node's metrics would answer only at {{ $shown.host }}, but healthChecks.cardanoNode.{{ $kind }} asks at the pod's address. Set 0.0.0.0 there, or use another handler for this probe, or set its enabled=false.
{{- /* Without TraceOptions the node uses its defaults. */}}
{{- else if and (not $config.Error) (not $shown) (or $old (hasKey (kindIs "map" $config.TraceOptions | ternary $config.TraceOptions dict) "")) }}
{{- if $old }}{{ $origin = include "cardano-node.config.origin" (dict "root" $ "key" "UseTraceDispatcher" "value" "config.useTraceDispatcher") }}{{ end }}
{{ $origin }}: the node would show no metrics, but healthChecks.cardanoNode.{{ $kind }} asks for them. {{ if $old }}Set UseTraceDispatcher to true{{ else }}Add "PrometheusSimple suffix 0.0.0.0 {{ $.Values.cardanoNode.prometheus.port }}" to the backends of TraceOptions.""{{ end }}, or use another handler for this probe, or set its enabled=false.
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/*
Ports that a container of the chart listens on, as a JSON list of strings: (dict "root" $ "container" "submitApi").
Nothing for cardano-node: its probes ask the manager as well.
*/}}
{{- define "cardano-node.probe.listeners" -}}
{{- $values := .root.Values -}}
{{- $ports := dict
  "forgeManager" (list $values.forgeManager.metricsPort)
  "submitApi" (list $values.submitApi.port $values.submitApi.healthPort)
  "mithrilSigner" (list $values.mithrilSigner.port) -}}
{{- $found := list -}}
{{- range get $ports .container | default list }}{{ $found = append $found (int . | toString) }}{{ end -}}
{{- toJson $found -}}
{{- end -}}
