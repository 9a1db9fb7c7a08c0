{{/* Environment from a map of names and values, in the order of the names. */}}
{{- define "cardano-node.env" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ include "cardano-node.text" $value | quote }}
{{- end }}
{{- end -}}

{{/* A number of a million and more is 1e+06 to a template, and none to who reads it as a whole one. */}}
{{- define "cardano-node.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) }}{{ int64 . }}{{ else }}{{ toString . }}{{ end -}}
{{- end -}}

{{/* The same, with a list of the user's, whose entry replaces the chart's of that name: a name stands once. */}}
{{- define "cardano-node.env.with" -}}
{{- $settings := .settings -}}
{{- range .extra }}{{ $settings = omit $settings .name }}{{ end -}}
{{- include "cardano-node.env" $settings }}
{{- with .extra }}
{{ toYaml . }}
{{- end }}
{{- end -}}
