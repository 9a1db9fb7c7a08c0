{{/* Hooks and startup of the node's container; one line a problem, as in _checks.tpl. */}}
{{- define "cardano-node.checks.hooks" -}}
{{- $node := .Values.cardanoNode }}
{{- $managed := eq "true" (include "cardano-node.managed" .) }}
{{- if and $managed $node.lifecycle.preStop }}
cardanoNode.lifecycle.preStop: beside a forge manager the node's preStop is the chart's own: the node is told to end when it has handed over. Remove it.
{{- end }}
{{- $probe := .Values.healthChecks.cardanoNode.startupProbe }}
{{- if and $probe.enabled (not .Values.sleepMode) }}
{{- if and .Values.forgeManager.livenessFence (eq "true" (include "cardano-node.elected" .)) }}
healthChecks.cardanoNode.startupProbe.enabled: forgeManager.livenessFence is a liveness probe, which would wait until this one has passed, and needs none: it lets a node replay. Set one of the two to false.
{{- end }}
{{- $metrics := $node.prometheus }}
{{- $chartsOwn := not (or $node.configFile $node.configMap $node.config.overrides) }}
{{- $local := and $chartsOwn (eq "true" (include "cardano-node.isLoopback" $metrics.host)) }}
{{- $own := or (eq "true" (include "cardano-node.probe.hasHandler" $probe)) $probe.httpGet.port $probe.httpGet.host }}
{{- if and (not $managed) (not $own) (or (not $metrics.enabled) $local) }}
healthChecks.cardanoNode.startupProbe.enabled: it asks the node's metrics, which do not answer at the pod's address. Set cardanoNode.prometheus.enabled=true and cardanoNode.prometheus.host=0.0.0.0, or give this probe another handler.
{{- end }}
{{- end }}
{{- end -}}
