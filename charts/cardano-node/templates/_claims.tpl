{{/*
A claim template: (dict "root" $ "name" "cardano-data" "persistence" .Values.persistence.ledger)
It never changes, so its labels contain no version of chart or node.
*/}}
{{- define "cardano-node.claim" -}}
{{- $volume := .persistence -}}
{{- $spec := dict "accessModes" (list $volume.accessMode) "resources" (dict "requests" (dict "storage" ($volume.size | default (include "cardano-node.network.sizes" .root | fromJson).disk))) -}}
{{- /* In a claim, "" means no class, and a missing field the cluster's default. */ -}}
{{- with $volume.storageClass | default .root.Values.global.storageClass }}{{ $_ := set $spec "storageClassName" (eq "-" . | ternary "" .) }}{{ end -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .name | quote }}
  labels:
    {{- merge (include "cardano-node.labels.selector" .root | fromYaml) ($volume.labels | default dict) | toYaml | nindent 4 }}
  {{- with $volume.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- mergeOverwrite $spec (deepCopy $volume.spec) | toYaml | nindent 2 }}
{{- end -}}

{{/* Volumes with a claim for each pod: name and values, as JSON. */}}
{{- define "cardano-node.claims" -}}
{{- $claims := dict -}}
{{- range $name, $volume := dict "cardano-data" .Values.persistence.ledger "socket-dir" .Values.persistence.socket -}}
{{- if and $volume.enabled (not $volume.existingClaim) }}{{ $_ := set $claims $name $volume }}{{ end -}}
{{- end -}}
{{- toJson $claims -}}
{{- end -}}

{{/* A volume of the pod, unless each pod has a claim: (dict "name" "cardano-data" "persistence" ...) */}}
{{- define "cardano-node.volume" -}}
{{- if not .persistence.enabled }}
- name: {{ .name | quote }}
  emptyDir: {}
{{- else if .persistence.existingClaim }}
- name: {{ .name | quote }}
  persistentVolumeClaim:
    claimName: {{ .persistence.existingClaim | quote }}
{{- end }}
{{- end -}}
