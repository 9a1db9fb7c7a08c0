{{/*
Values of older versions of the earlier chart, each with its replacement. The
schema accepts them for this check; files/earlier-values.json lists them.
*/}}
{{- define "cardano-node.checks.earlier" -}}
{{- range $path, $earlier := .Files.Get "files/earlier-values.json" | fromJson }}
{{- if ne "null" (include "cardano-node.valueAt" (dict "root" $ "path" $path)) }}
{{ $path }}: from an earlier version of the chart ({{ $earlier.versions }}). Set {{ $earlier.instead }}.
{{- end }}
{{- end }}
{{- end -}}
