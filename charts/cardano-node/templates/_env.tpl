{{/* Environment from a map of names and values, in the order of the names. */}}
{{- define "cardano-node.env" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end -}}
