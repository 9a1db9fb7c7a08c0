{{/*
The values as the templates read them.
*/}}

{{/*
Fill `into`, an empty dict, with the template's context `root` and complete values: a value that is
null in the user's values, or missing after --reuse-values, gets the chart's default
(tools/valuesdefaults.py). The user's values are not changed.
*/}}
{{- define "cardano-node.wholeContext" -}}
{{- /* Helm passes one context to all templates of a chart (helm.sh/helm/v4 v4.3.1, pkg/engine/engine.go, recAllTpls): once is enough. */ -}}
{{- if not (hasKey .root "Whole") }}{{ include "cardano-node.wholeValues" .root }}{{ end -}}
{{- range $name, $field := .root }}{{ $_ := set $.into $name $field }}{{ end -}}
{{- $_ := set .into "Values" .root.Whole.values -}}
{{- end -}}

{{/* Set `Whole` of the context: the complete values, and the chart's defaults that templates need. */}}
{{- define "cardano-node.wholeValues" -}}
{{- $defaults := .Files.Get "files/defaults.json" | fromJson -}}
{{- $image := deepCopy $defaults.nested.image.forgeManager -}}
{{- $nested := deepCopy $defaults.nested -}}
{{- $values := mergeOverwrite $defaults.nested .Values -}}
{{- range $path, $default := $defaults.whole -}}
  {{- $keys := splitList "." $path -}}
  {{- $parent := $values -}}
  {{- range initial $keys }}{{ $parent = index $parent . }}{{ end -}}
  {{- if kindIs "invalid" (index $parent (last $keys)) }}{{ $_ := set $parent (last $keys) $default }}{{ end -}}
{{- end -}}
{{- /* Read as intended: a tag that YAML reads as a number, a count set with --set-string. */ -}}
{{- range $values.image }}{{ if not (kindIs "invalid" .tag) }}{{ $_ := set . "tag" (include "cardano-node.text" .tag) }}{{ end }}{{ end -}}
{{- $_ := set $values "replicaCount" (int $values.replicaCount) -}}
{{- $_ := set . "Whole" (dict "values" $values "defaults" $defaults.whole "nested" $nested "image" $image) -}}
{{- end -}}

{{/* A value as JSON: (dict "root" $ "path" "cardanoNode.port"). */}}
{{- define "cardano-node.valueAt" -}}
{{- $value := .root.Values -}}
{{- range splitList "." .path }}{{ $value = index $value . }}{{ end -}}
{{- toJson $value -}}
{{- end -}}

{{/* "true" if a value is the chart's default: (dict "root" $ "path" "cardanoNode.port"). */}}
{{- define "cardano-node.isDefault" -}}
{{- $none := index dict "none" -}}
{{- $value := .root.Values -}}
{{- $default := .root.Whole.nested -}}
{{- range $key := splitList "." .path -}}
{{- if kindIs "map" $value }}{{ $value = index $value $key }}{{ else }}{{ $value = $none }}{{ end -}}
{{- if kindIs "map" $default }}{{ $default = index $default $key }}{{ else }}{{ $default = $none }}{{ end -}}
{{- end -}}
{{- if hasKey .root.Whole.defaults .path }}{{ $default = get .root.Whole.defaults .path }}{{ end -}}
{{- eq (toJson $value) (toJson $default) -}}
{{- end -}}

{{/*
Of conflicting values, the one that a message names: the last that the user has set.
  (dict "root" $ "paths" (list "cardanoNode.port" "cardanoNode.prometheus.port"))
*/}}
{{- define "cardano-node.whichIsSet" -}}
{{- $root := .root -}}
{{- $named := first .paths -}}
{{- range $path := .paths -}}
{{- if ne "true" (include "cardano-node.isDefault" (dict "root" $root "path" $path)) }}{{ $named = $path }}{{ end -}}
{{- end -}}
{{- $named -}}
{{- end -}}

{{/* Templates print a number of a million or more as 1e+06, which is not readable as an integer. */}}
{{- define "cardano-node.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) }}{{ int64 . }}{{ else }}{{ toString . }}{{ end -}}
{{- end -}}

{{/* A mapping without its null entries, which mean "not set". */}}
{{- define "cardano-node.withoutNulls" -}}
{{- $kept := dict -}}
{{- range $key, $value := . }}{{ if not (kindIs "invalid" $value) }}{{ $_ := set $kept $key $value }}{{ end }}{{ end -}}
{{- toYaml $kept -}}
{{- end -}}
