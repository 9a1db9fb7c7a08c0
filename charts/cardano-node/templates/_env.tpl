{{/* Environment from a map of names and values, in the order of the names. */}}
{{- define "cardano-node.env" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ include "cardano-node.text" $value | quote }}
{{- end }}
{{- end -}}

{{/* The same, with a list of the user's, whose entry replaces the chart's of that name: a name stands once. */}}
{{- define "cardano-node.env.with" -}}
{{- $settings := .settings -}}
{{- range .extra }}{{ $settings = omit $settings (toString .name) }}{{ end -}}
{{- include "cardano-node.env" $settings }}
{{- with .extra }}
{{ include "cardano-node.env.own" . }}
{{- end }}
{{- end -}}

{{/* Variables of the user's, of which a number or a boolean is the text that it was written as. */}}
{{- define "cardano-node.env.own" -}}
{{- $own := list -}}
{{- range . -}}
{{- $one := deepCopy . -}}
{{- if has (kindOf .value) (list "bool" "float64" "int64" "int") }}{{ $_ := set $one "value" (include "cardano-node.text" .value) }}{{ end -}}
{{- $own = append $own $one -}}
{{- end -}}
{{- toYaml $own -}}
{{- end -}}
