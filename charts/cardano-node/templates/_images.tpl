{{/* Reference of an image: (dict "root" $ "image" .Values.image.x "tag" "default tag"). A digest takes precedence over a tag. */}}
{{- define "cardano-node.image" -}}
{{- if .image.digest -}}
{{ include "cardano-node.image.repository" . }}@{{ .image.digest }}
{{- else -}}
{{ include "cardano-node.image.repository" . }}:{{ .image.tag | default .tag }}
{{- end -}}
{{- end -}}

{{/* Repository, with global.imageRegistry in place of its registry (its first part, if that is a host). */}}
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

{{/* The user's tag takes precedence over the default digest of a released chart. */}}
{{- define "cardano-node.images.forgeManager" -}}
{{- $image := .Values.image.forgeManager -}}
{{- if and $image.tag (eq $image.digest .Whole.image.digest) }}{{ $image = omit $image "digest" }}{{ end -}}
{{- include "cardano-node.image" (dict "root" . "image" $image "tag" .Chart.Version) -}}
{{- end -}}

{{/* "true" if the image has its name from a checkout, which no registry has. */}}
{{- define "cardano-node.images.unpublished" -}}
{{- $image := .Values.image.forgeManager -}}
{{- not (or $image.tag $image.digest (contains "/" $image.repository) .Values.global.imageRegistry) -}}
{{- end -}}

{{/* Pull secrets of the pods and of the pod of `helm test`, each once: first the release's, then a parent's. */}}
{{- define "cardano-node.images.pullSecrets" -}}
{{- $secrets := list -}}
{{- range concat .Values.imagePullSecrets .Values.global.imagePullSecrets -}}
{{- $secrets = append $secrets (kindIs "string" . | ternary (dict "name" .) .) -}}
{{- end -}}
{{- with uniq $secrets -}}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}
