{{/*
The values as the templates read them.
*/}}

{{/*
Fill `into`, an empty dict, with the template's context `root`, whose values are whole: a default
that is null in what the user wrote, or missing in what --reuse-values brought, is the chart's
(tools/valuesdefaults.py). Nothing is written into `root`.
*/}}
{{- define "cardano-node.wholeContext" -}}
{{- $defaults := .root.Files.Get "files/defaults.json" | fromJson -}}
{{- $values := mergeOverwrite $defaults.nested .root.Values -}}
{{- range $path, $default := $defaults.whole -}}
  {{- $keys := splitList "." $path -}}
  {{- $parent := $values -}}
  {{- range initial $keys }}{{ $parent = index $parent . }}{{ end -}}
  {{- if kindIs "invalid" (index $parent (last $keys)) }}{{ $_ := set $parent (last $keys) $default }}{{ end -}}
{{- end -}}
{{- range $name, $field := .root }}{{ $_ := set $.into $name $field }}{{ end -}}
{{- $_ := set .into "Values" $values -}}
{{- end -}}
