{{/* Reference of an image: (dict "image" .Values.image.x "tag" "default tag"). A digest wins over a tag. */}}
{{- define "cardano-node.image" -}}
{{- if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ .image.tag | default .tag }}
{{- end -}}
{{- end -}}

{{- define "cardano-node.images.cardanoNode" -}}
{{- include "cardano-node.image" (dict "image" .Values.image.cardanoNode "tag" .Chart.AppVersion) -}}
{{- end -}}

{{- define "cardano-node.images.forgeManager" -}}
{{- include "cardano-node.image" (dict "image" .Values.image.forgeManager "tag" .Chart.Version) -}}
{{- end -}}
