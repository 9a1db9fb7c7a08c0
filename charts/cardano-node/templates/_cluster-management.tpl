{{/*
"true" when the values say that this cluster shall not forge. An override that
lifts that again may have run out, which a template cannot know: it counts for nothing here.
*/}}
{{- define "cardano-node.clusterDisabled" -}}
{{- $cluster := .Values.forgeManager.clusterManagement -}}
{{- $override := and $cluster.override.enabled (eq $cluster.override.forceState "Disabled") -}}
{{- and $cluster.enabled (or $override (eq $cluster.forgeState "Disabled")) -}}
{{- end -}}
