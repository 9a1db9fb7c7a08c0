{{/* Settings against forging that nothing would follow; one line a problem, as in _checks.tpl. */}}
{{- define "cardano-node.checks.stops" -}}
{{- $manager := .Values.forgeManager -}}
{{- $cluster := $manager.clusterManagement -}}
{{- if .Values.cardanoNode.blockProducer }}
{{- $elected := eq "true" (include "cardano-node.elected" .) }}
{{- $way := $manager.enabled | ternary "forgeManager.nodeControl=sighup" "forgeManager.enabled=true" }}
{{- if and $manager.holdForging (not $elected) }}
forgeManager.holdForging: nothing can switch this node's forging off, so it would forge anyway. Set {{ $way }}, or sleepMode=true to stop the node from running.
{{- end }}
{{- if ne "true" (include "cardano-node.clustered" .) }}
{{- $instead := $elected | ternary "forgeManager.clusterManagement.enabled=true, or forgeManager.holdForging=true instead" (printf "%s and forgeManager.clusterManagement.enabled=true" $way) }}
{{- if eq "Disabled" $cluster.forgeState }}
forgeManager.clusterManagement.forgeState: Disabled, but no manager follows it, so the node would forge anyway. Set {{ $instead }}.
{{- end }}
{{- if and $cluster.override.enabled (eq "Disabled" $cluster.override.forceState) }}
forgeManager.clusterManagement.override.forceState: Disabled, but no manager follows it, so the node would forge anyway. Set {{ $instead }}.
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
