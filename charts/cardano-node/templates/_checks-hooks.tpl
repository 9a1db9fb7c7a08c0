{{/* Hooks and startup of the node's container; one line a problem, as in _checks.tpl. */}}
{{- define "cardano-node.checks.hooks" -}}
{{- $node := .Values.cardanoNode }}
{{- $managed := eq "true" (include "cardano-node.managed" .) }}
{{- if and $managed $node.lifecycle.preStop }}
cardanoNode.lifecycle.preStop: with a forge manager the chart sets the node's preStop, so that the node stops only after the hand-over. Remove it.
{{- end }}
{{- $probe := .Values.healthChecks.cardanoNode.startupProbe }}
{{- if and $probe.enabled (not .Values.sleepMode) }}
{{- if and .Values.forgeManager.livenessFence (eq "true" (include "cardano-node.elected" .)) }}
healthChecks.cardanoNode.startupProbe.enabled: forgeManager.livenessFence is a liveness probe, which would wait until this one has passed. It needs no startup probe, because it lets a node replay. Set one of the two to false.
{{- end }}
{{- $metrics := $node.prometheus }}
{{- $chartsOwn := not (or $node.configFile $node.configMap $node.config.overrides) }}
{{- $local := and $chartsOwn (eq "true" (include "cardano-node.isLoopback" $metrics.host)) }}
{{- $own := or (eq "true" (include "cardano-node.probe.hasHandler" $probe)) $probe.httpGet.port $probe.httpGet.host }}
{{- if and (not $managed) (not $own) (or (not $metrics.enabled) $local) }}
healthChecks.cardanoNode.startupProbe.enabled: this probe asks the node's metrics, which do not answer at the pod's address. Set cardanoNode.prometheus.enabled=true and cardanoNode.prometheus.host=0.0.0.0, or use another handler for this probe.
{{- end }}
{{- end }}
{{- end -}}
