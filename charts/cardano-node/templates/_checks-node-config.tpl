{{/*
The rendered configuration, wherever it was set: in values, overrides or a whole file.
The chart cannot see what is in cardanoNode.configMap.
*/}}
{{- define "cardano-node.checks.nodeConfig" -}}
{{- if not .Values.cardanoNode.configMap }}
{{- $config := include "cardano-node.config.json" . | fromJson }}
{{- $topology := include "cardano-node.topology.json" . | fromJson }}
{{- if not $config.Error }}
{{- include "cardano-node.checks.targets" (dict "root" . "config" $config) }}
{{- if eq "true" (include "cardano-node.observed" .) }}
{{- include "cardano-node.checks.shownMetrics" (dict "root" . "config" $config) }}
{{- end }}
{{- if not $topology.Error }}
{{- include "cardano-node.checks.topology" (dict "root" . "config" $config "topology" $topology) }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Where a key of config.json was set: (dict "root" $ "key" "TraceOptions" "value" "its own value's path"). */}}
{{- define "cardano-node.config.origin" -}}
{{- $node := .root.Values.cardanoNode -}}
{{- if $node.configFile }}cardanoNode.configFile{{ else if hasKey $node.config.overrides .key }}cardanoNode.config.overrides{{ else }}cardanoNode.{{ .value }}{{ end -}}
{{- end -}}

{{/* The metric by which an election proves who forges must be shown, at the expected place and under its name. */}}
{{- define "cardano-node.checks.shownMetrics" -}}
{{- $config := .config -}}
{{- $node := .root.Values.cardanoNode -}}
{{- $metric := .root.Values.forgeManager.forgingMetric -}}
{{- $without := "so no metric shows whether the node forges, and the manager could not confirm it" -}}
{{- $way := "set forgeManager.forgingMetric to \"\" if the node has no such metric" -}}
{{- $old := eq "false" (toString $config.UseTraceDispatcher) -}}
{{- $tracing := include "cardano-node.config.origin" (dict "root" .root "key" ($old | ternary "hasPrometheus" "TraceOptions") "value" "prometheus") -}}
{{- $shown := include "cardano-node.config.metrics" $config | fromJson -}}
{{- if eq "false" (toString $config.TurnOnLogging) }}
{{ include "cardano-node.config.origin" (dict "root" .root "key" "TurnOnLogging" "value" "config.turnOnLogging") }}: TurnOnLogging is false, {{ $without }}. Set it to true, or {{ $way }}.
{{- else if and $old (not $shown) }}
{{ include "cardano-node.config.origin" (dict "root" .root "key" "UseTraceDispatcher" "value" "config.useTraceDispatcher") }}: UseTraceDispatcher is false and hasPrometheus has no address, {{ $without }}. Set it to true, or {{ $way }}.
{{- else if and (not $shown) (eq $tracing "cardanoNode.prometheus") }}
cardanoNode.prometheus.enabled: false, {{ $without }}. Set it to true, or {{ $way }}.
{{- else if not $shown }}
{{ $tracing }}: the backends of TraceOptions."" do not include PrometheusSimple, {{ $without }}. Add "PrometheusSimple suffix {{ $node.prometheus.host }} {{ $node.prometheus.port }}" to them, or {{ $way }}.
{{- else }}
{{- if not (has $shown.host (list "0.0.0.0" "127.0.0.1" "localhost" "::")) }}
{{ eq $tracing "cardanoNode.prometheus" | ternary "cardanoNode.prometheus.host" $tracing }}: the manager reads the node's metrics at 127.0.0.1, but they would be only at {{ $shown.host }}. Set 0.0.0.0 or 127.0.0.1.
{{- end }}
{{- if ne (int $shown.port) (int $node.prometheus.port) }}
{{ $tracing }}: the node's metrics would be on port {{ int $shown.port }}, but the manager reads port {{ $node.prometheus.port }} (cardanoNode.prometheus.port). Use the same port for both.
{{- end }}
{{- /* The default of the node (cardano-node 11.0.1, Tracing/DefaultTraceConfig.hs). */}}
{{- $prefix := $config.TraceOptionMetricsPrefix | default "cardano.node.metrics." | toString }}
{{- if not (hasPrefix (replace "." "_" $prefix) $metric) }}
{{- $origin := include "cardano-node.config.origin" (dict "root" .root "key" "TraceOptionMetricsPrefix" "value" "config.traceOptionMetricsPrefix") }}
{{ include "cardano-node.whichIsSet" (dict "root" .root "paths" (list $origin "forgeManager.forgingMetric")) }}: {{ $metric }} (forgeManager.forgingMetric) does not start with the prefix of the node's metrics, {{ $prefix }} ({{ $origin }}), so the node would not show it. Change one of the two.
{{- end }}
{{- end }}
{{- end -}}

{{/*
Targets that the node refuses (ouroboros-network 1.1, PeerSelection/Governor/Types.hs),
with its defaults where none is set (Diffusion/Configuration.hs of ouroboros-network and
of cardano-diffusion).
*/}}
{{- define "cardano-node.checks.targets" -}}
{{- $node := .root.Values.cardanoNode -}}
{{- $config := .config -}}
{{- $own := dict
  "TargetNumberOf" (dict "RootPeers" ($node.blockProducer | ternary 100 60) "KnownPeers" ($node.blockProducer | ternary 100 150) "EstablishedPeers" 30 "ActivePeers" 20 "KnownBigLedgerPeers" 15 "EstablishedBigLedgerPeers" 10 "ActiveBigLedgerPeers" 5)
  "SyncTargetNumberOf" (dict "RootPeers" 0 "KnownPeers" 150 "EstablishedPeers" 10 "ActivePeers" 5 "KnownBigLedgerPeers" 100 "EstablishedBigLedgerPeers" 40 "ActiveBigLedgerPeers" 30)
-}}
{{- range $group, $numbers := $own }}
{{- range $pair := list (list "Active" "Established" "Peers") (list "Established" "Known" "Peers") (list "Root" "Known" "Peers") (list "Active" "Established" "BigLedgerPeers") (list "Established" "Known" "BigLedgerPeers") }}
{{- $less := print (index $pair 0) (index $pair 2) }}
{{- $more := print (index $pair 1) (index $pair 2) }}
{{- $few := hasKey $config (print $group $less) | ternary (get $config (print $group $less)) (get $numbers $less) | int }}
{{- $many := hasKey $config (print $group $more) | ternary (get $config (print $group $more)) (get $numbers $more) | int }}
{{- if gt $few $many }}
{{- $set := list }}
{{- range list $more $less }}{{ if or (hasKey $node.config.overrides (print $group .)) (not (kindIs "invalid" (index $node.config (print (untitle $group) .)))) }}{{ $set = append $set . }}{{ end }}{{ end }}
{{- $named := last $set | default $less }}
{{ include "cardano-node.config.origin" (dict "root" $.root "key" (print $group $named) "value" (printf "config.%s%s" (untitle $group) $named)) }}: {{ $group }}{{ $less }} is {{ $few }} and {{ $group }}{{ $more }} is {{ $many }} (the node's default where not set), and the node does not start if the first is greater. Change one of the two.
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
