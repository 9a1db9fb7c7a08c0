{{/*
The user's variables for settings that also are values: a port or a path would be set twice, while
Services, probes and managers use the value. One line a problem, as in _checks.tpl.
*/}}
{{- define "cardano-node.checks.variables" -}}
{{- $node := .Values.cardanoNode -}}
{{- $magic := include "cardano-node.network.magic" . }}
{{- $own := dict
  "extraEnvVars" (dict
    "CARDANO_PORT" (list "cardanoNode.port" $node.port)
    "CARDANO_SOCKET_PATH" (list "cardanoNode.socketPath" $node.socketPath)
    "CARDANO_DATABASE_PATH" (list "cardanoNode.dataDir" (printf "%s/db" $node.dataDir)))
  "submitApi.extraEnvVars" (dict
    "API_LISTEN_PORT" (list "submitApi.port" .Values.submitApi.port)
    "METRICS_LISTEN_PORT" (list "submitApi.healthPort" .Values.submitApi.healthPort)
    "CARDANO_NODE_SOCKET_PATH" (list "cardanoNode.socketPath" $node.socketPath)
    "CARDANO_NODE_NETWORK_MAGIC" (list "cardanoNode.magic" $magic))
  "mithrilSigner.extraEnvVars" (dict
    "METRICS_SERVER_PORT" (list "mithrilSigner.port" .Values.mithrilSigner.port)
    "CARDANO_NODE_SOCKET_PATH" (list "cardanoNode.socketPath" $node.socketPath)
    "NETWORK_MAGIC" (list "cardanoNode.magic" $magic)
    "DB_DIRECTORY" (list "cardanoNode.dataDir" (printf "%s/db" $node.dataDir)))
}}
{{- range .Values.extraEnvVars }}
{{- $name := toString .name }}
{{- if and (not $node.blockProducer) (or (eq $name "CARDANO_BLOCK_PRODUCER") (hasPrefix "CARDANO_SHELLEY_" $name)) }}
extraEnvVars: {{ $name }} would make each replica of this relay forge, unnoticed. Set cardanoNode.blockProducer=true, and remove this variable.
{{- end }}
{{- if and (eq $name "NETWORK") (not $node.command) }}
extraEnvVars: NETWORK makes the public image start with its own configuration and ignore all values (its bin/entrypoint). Set cardanoNode.network, and remove this variable.
{{- end }}
{{- end }}
{{- if eq "true" (include "cardano-node.managed" .) }}
{{- range .Values.extraEnvVars }}
{{- if or (has (toString .name) (list "START_AS_NON_PRODUCING" "CARDANO_BLOCK_PRODUCER" "CARDANO_CONFIG")) (hasPrefix "CARDANO_SHELLEY_" (toString .name)) }}
extraEnvVars: with a forge manager the chart sets {{ .name }}, and another value could make two nodes forge. Remove it.
{{- end }}
{{- end }}
{{- end }}
{{- range $path, $names := $own }}
{{- range include "cardano-node.valueAt" (dict "root" $ "path" $path) | fromJsonArray }}
{{- $said := get $names (toString .name) }}
{{- if and $said (ne (include "cardano-node.text" .value) (last $said | include "cardano-node.text")) }}
{{ $path }}: {{ .name }} would differ from {{ first $said }} ({{ last $said | include "cardano-node.text" }}), which the rest of the chart uses. Set {{ first $said }}, and remove the variable.
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
