{{/* Reference of an image: (dict "root" $ "image" .Values.image.x "tag" "default tag"). A digest wins over a tag. */}}
{{- define "cardano-node.image" -}}
{{- if .image.digest -}}
{{ include "cardano-node.image.repository" . }}@{{ .image.digest }}
{{- else -}}
{{ include "cardano-node.image.repository" . }}:{{ .image.tag | default .tag }}
{{- end -}}
{{- end -}}

{{/* Repository, with global.imageRegistry for the registry in it (its first part, when it is a host). */}}
{{- define "cardano-node.image.repository" -}}
{{- $registry := .root.Values.global.imageRegistry -}}
{{- if $registry -}}
{{ trimSuffix "/" $registry }}/{{ regexReplaceAll "^([^/]+[.:][^/]*|localhost)/" .image.repository "" }}
{{- else -}}
{{ .image.repository }}
{{- end -}}
{{- end -}}

{{- define "cardano-node.images.cardanoNode" -}}
{{- include "cardano-node.image" (dict "root" . "image" .Values.image.cardanoNode "tag" .Chart.AppVersion) -}}
{{- end -}}

{{- define "cardano-node.images.forgeManager" -}}
{{- include "cardano-node.image" (dict "root" . "image" .Values.image.forgeManager "tag" .Chart.Version) -}}
{{- end -}}
