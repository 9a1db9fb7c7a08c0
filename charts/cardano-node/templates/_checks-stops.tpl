{{/* A word against forging that nobody would hear; one line a problem, as in _checks.tpl. */}}
{{- define "cardano-node.checks.stops" -}}
{{- $manager := .Values.forgeManager -}}
{{- $cluster := $manager.clusterManagement -}}
{{- if .Values.cardanoNode.blockProducer }}
{{- $elected := eq "true" (include "cardano-node.elected" .) }}
{{- $way := $manager.enabled | ternary "forgeManager.nodeControl=sighup" "forgeManager.enabled=true" }}
{{- if and $manager.holdForging (not $elected) }}
forgeManager.holdForging: nothing switches this node, so it would forge all the same. Set {{ $way }}, or sleepMode=true to keep the node from running.
{{- end }}
{{- if ne "true" (include "cardano-node.clustered" .) }}
{{- $instead := $elected | ternary "forgeManager.clusterManagement.enabled=true, or forgeManager.holdForging=true in its place" (printf "%s and forgeManager.clusterManagement.enabled=true" $way) }}
{{- if eq "Disabled" $cluster.forgeState }}
forgeManager.clusterManagement.forgeState: Disabled, and nobody follows it, so the node would forge all the same. Set {{ $instead }}.
{{- end }}
{{- if and $cluster.override.enabled (eq "Disabled" $cluster.override.forceState) }}
forgeManager.clusterManagement.override.forceState: Disabled, and nobody follows it, so the node would forge all the same. Set {{ $instead }}.
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
