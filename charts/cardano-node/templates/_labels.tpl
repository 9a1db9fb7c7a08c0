{{/* What selects the pods. It never changes, because a StatefulSet's selector and claims cannot. */}}
{{- define "cardano-node.labels.selector" -}}
app.kubernetes.io/name: {{ include "cardano-node.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/component: {{ .Values.cardanoNode.blockProducer | ternary "block-producer" "relay" | quote }}
{{- end -}}

{{/* The pod of `helm test`: different from the pods' labels, or a Service, policy or StatefulSet would select it. */}}
{{- define "cardano-node.labels.test" -}}
{{- set (include "cardano-node.labels.selector" . | fromYaml) "app.kubernetes.io/component" "test" | toYaml -}}
{{- end -}}

{{/* Merged as one map, so that a label of the user never occurs twice. */}}
{{- define "cardano-node.labels" -}}
{{- $own := include "cardano-node.labels.selector" . | fromYaml -}}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_") -}}
{{- $_ := set $own "app.kubernetes.io/version" .Chart.AppVersion -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" .Release.Service -}}
{{- merge $own .Values.global.commonLabels | toYaml -}}
{{- end -}}

{{- define "cardano-node.labels.pod" -}}
{{- merge (include "cardano-node.labels.selector" . | fromYaml) .Values.podLabels .Values.global.commonLabels | toYaml -}}
{{- end -}}

{{/*
metadata of a namespaced object.
  (dict "root" $ "name" "..." "annotations" .Values.some.annotations "labels" (dict ...) "namespace" "...")
The last three are optional.
*/}}
{{- define "cardano-node.metadata" -}}
name: {{ .name | quote }}
namespace: {{ .namespace | default .root.Release.Namespace | quote }}
labels:
  {{- merge (include "cardano-node.labels" .root | fromYaml) (.labels | default dict) | toYaml | nindent 2 }}
{{- with merge (deepCopy (.annotations | default dict)) .root.Values.global.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
