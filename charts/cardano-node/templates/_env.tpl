{{/* Environment from a map of names and values, sorted by name. */}}
{{- define "cardano-node.env" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ include "cardano-node.text" $value | quote }}
{{- end }}
{{- end -}}

{{/* The same with the user's list, whose entries replace the chart's of the same name: each name occurs once. */}}
{{- define "cardano-node.env.with" -}}
{{- $settings := .settings -}}
{{- range .extra }}{{ $settings = omit $settings (toString .name) }}{{ end -}}
{{- include "cardano-node.env" $settings }}
{{- with .extra }}
{{ include "cardano-node.env.own" . }}
{{- end }}
{{- end -}}

{{/* The user's variables. A number or a boolean becomes the text that the user wrote. */}}
{{- define "cardano-node.env.own" -}}
{{- $own := list -}}
{{- range . -}}
{{- $one := deepCopy . -}}
{{- if has (kindOf .value) (list "bool" "float64" "int64" "int") }}{{ $_ := set $one "value" (include "cardano-node.text" .value) }}{{ end -}}
{{- $own = append $own $one -}}
{{- end -}}
{{- toYaml $own -}}
{{- end -}}
