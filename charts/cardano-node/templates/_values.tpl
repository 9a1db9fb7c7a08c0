{{/*
The values as the templates read them.
*/}}

{{/*
Fill `into`, an empty dict, with the template's context `root`, whose values are whole: a default
that is null in what the user wrote, or missing in what --reuse-values brought, is the chart's
(tools/valuesdefaults.py). Nothing is written into the user's values.
*/}}
{{- define "cardano-node.wholeContext" -}}
{{- /* Helm hands one context to all templates of a chart (helm.sh/helm/v4 v4.3.1, pkg/engine/engine.go, recAllTpls): once is enough. */ -}}
{{- if not (hasKey .root "Whole") }}{{ include "cardano-node.wholeValues" .root }}{{ end -}}
{{- range $name, $field := .root }}{{ $_ := set $.into $name $field }}{{ end -}}
{{- $_ := set .into "Values" .root.Whole.values -}}
{{- end -}}

{{/* Set `Whole` of the context: the values that are whole, and of the chart's defaults what templates ask for. */}}
{{- define "cardano-node.wholeValues" -}}
{{- $defaults := .Files.Get "files/defaults.json" | fromJson -}}
{{- $image := deepCopy $defaults.nested.image.forgeManager -}}
{{- $values := mergeOverwrite $defaults.nested .Values -}}
{{- range $path, $default := $defaults.whole -}}
  {{- $keys := splitList "." $path -}}
  {{- $parent := $values -}}
  {{- range initial $keys }}{{ $parent = index $parent . }}{{ end -}}
  {{- if kindIs "invalid" (index $parent (last $keys)) }}{{ $_ := set $parent (last $keys) $default }}{{ end -}}
{{- end -}}
{{- $_ := set . "Whole" (dict "values" $values "defaults" $defaults.whole "image" $image) -}}
{{- end -}}
