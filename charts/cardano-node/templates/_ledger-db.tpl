{{/* LedgerDB of the node's config.json, as JSON; empty if the chart cannot see it. */}}
{{- define "cardano-node.ledgerDB" -}}
{{- $ledger := dict -}}
{{- if not .Values.cardanoNode.configMap -}}
{{- $ledger = (include "cardano-node.config.json" . | fromJson).LedgerDB -}}
{{- end -}}
{{- toJson $ledger -}}
{{- end -}}

{{/*
The value that set an entry of the node's configuration:
(dict "root" $ "keys" (list "LedgerDB" "Backend") "value" "entry of cardanoNode.config.ledgerDB").
*/}}
{{- define "cardano-node.ledgerDB.path" -}}
{{- $node := .root.Values.cardanoNode -}}
{{- $overrides := $node.config.overrides -}}
{{- range .keys -}}
{{- if kindIs "map" $overrides }}{{ $overrides = get $overrides . }}{{ else }}{{ $overrides = "" }}{{ end -}}
{{- end -}}
{{- if $node.configFile -}}
cardanoNode.configFile
{{- else if $overrides -}}
cardanoNode.config.overrides
{{- else -}}
cardanoNode.config.ledgerDB.{{ .value }}
{{- end -}}
{{- end -}}
