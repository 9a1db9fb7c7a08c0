{{/* Environment of the sidecar's containers; one line a problem, as in _checks.tpl. */}}
{{- define "cardano-node.checks.environment" -}}
{{- $own := .Files.Get "files/sidecar-variables.json" | fromJsonArray }}
{{- range .Values.forgeManager.extraEnvVars }}
{{- if or (has .name $own) (hasPrefix "KUBERNETES_" (toString .name)) }}
forgeManager.extraEnvVars: the chart sets {{ .name }} in these containers, and another value could make two nodes forge. Remove it.
{{- end }}
{{- end }}
{{- if .Values.caBundle.configMap }}
{{- $taken := include "cardano-node.paths.caBundle" . }}
{{- $directories := dict "cardanoNode.dataDir" .Values.cardanoNode.dataDir "cardanoNode.configDir" .Values.cardanoNode.configDir "cardanoNode.socketPath" (dir .Values.cardanoNode.socketPath) "forgeManager.targetKeys" (dir .Values.forgeManager.targetKeys.kesKey) }}
{{- range $path, $directory := $directories }}
{{- if eq $taken (clean $directory) }}
{{ $path }}: the chart mounts caBundle at {{ $taken }}. Use another directory.
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
