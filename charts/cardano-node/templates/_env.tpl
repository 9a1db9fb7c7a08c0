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
{{- range .extra }}{{ $settings = omit $settings .name }}{{ end -}}
{{- include "cardano-node.env" $settings }}
{{- with .extra }}
{{ toYaml . }}
{{- end }}
{{- end -}}
