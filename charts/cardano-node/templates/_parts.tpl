{{/* Which parts beside the node a pod has, each said once. */}}

{{/* The earlier chart had both spellings. */}}
{{- define "cardano-node.submitApi.enabled" -}}
{{- or .Values.submitApi.enabled .Values.image.submitApi.enabled -}}
{{- end -}}

{{- define "cardano-node.mithrilSigner.enabled" -}}
{{- or .Values.mithrilSigner.enabled .Values.image.mithrilSigner.enabled -}}
{{- end -}}

{{/* "true" for a block producer without a forge manager: one node, which forges from its start. */}}
{{- define "cardano-node.producesAlone" -}}
{{- and .Values.cardanoNode.blockProducer (not .Values.forgeManager.enabled) -}}
{{- end -}}
