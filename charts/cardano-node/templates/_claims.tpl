{{/* A claim template never changes: its labels carry no version of chart or node. */}}
{{- define "cardano-node.ledgerClaim" -}}
{{- $ledger := .Values.persistence.ledger -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: cardano-data
  labels:
    {{- include "cardano-node.labels.selector" . | nindent 4 }}
  {{- with $ledger.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  accessModes: [{{ $ledger.accessMode }}]
  {{- with $ledger.storageClass }}
  storageClassName: {{ . }}
  {{- end }}
  resources:
    requests:
      storage: {{ $ledger.size }}
{{- end -}}
