{{/* The chart's fixed mount paths; every other path is a value. */}}
{{- define "cardano-node.paths.configSource" -}}/cardano-config-src{{- end -}}
{{- define "cardano-node.paths.genesisSource" -}}/cardano-genesis-src{{- end -}}
{{- define "cardano-node.paths.keysSource" -}}/secrets{{- end -}}
{{- define "cardano-node.paths.checked" -}}/checked{{- end -}}
{{- define "cardano-node.paths.state" -}}/state{{- end -}}
{{- define "cardano-node.paths.hub" -}}/hub{{- end -}}
{{- define "cardano-node.paths.healthHeaders" -}}/health-check/headers{{- end -}}
{{- define "cardano-node.paths.healthCa" -}}/health-check/ca{{- end -}}

{{/* The node's socket in the manager: by default the node's own path. */}}
{{- define "cardano-node.nodeSocket" -}}
{{- .Values.forgeManager.nodeSocket | default .Values.cardanoNode.socketPath -}}
{{- end -}}

{{- define "cardano-node.pod.volumes" -}}
- name: cardano-config-src
  configMap:
    name: {{ .Values.cardanoNode.configMap | default (include "cardano-node.names.config" .) | quote }}
{{- with .Values.cardanoNode.genesisConfigMap }}
- name: cardano-genesis-src
  configMap:
    name: {{ . | quote }}
{{- end }}
- name: cardano-config
  emptyDir: {}
{{- if .Values.cardanoNode.blockProducer }}
# Optional: otherwise a late Secret would keep the pod in ContainerCreating,
# where no probe answers and nothing shows why.
- name: cardano-secrets
  secret:
    secretName: {{ include "cardano-node.names.keysSecret" . | quote }}
    defaultMode: 0440
    optional: true
{{- include "cardano-node.pod.memory" "cardano-secrets-target" }}
{{- end }}
{{- if eq "true" (include "cardano-node.managed" .) }}
{{- include "cardano-node.pod.memory" "cardano-secrets-checked" }}
{{- include "cardano-node.pod.memory" "forge-state" }}
# For the manager only: the pod mounts no token into its other containers.
- name: api-token
  projected:
    defaultMode: 0440
    sources:
      - serviceAccountToken: {path: token, expirationSeconds: 3607}
      - configMap: {name: kube-root-ca.crt, items: [{key: ca.crt, path: ca.crt}]}
      - downwardAPI: {items: [{path: namespace, fieldRef: {fieldPath: metadata.namespace}}]}
{{- end }}
{{- include "cardano-node.pod.clusterVolumes" . }}
{{- include "cardano-node.environment.caVolume" . }}
{{- if eq "true" (include "cardano-node.mithrilSigner.enabled" .) }}
- {{- include "cardano-node.pod.mithrilVolume" . | nindent 2 }}
{{- end }}
{{- include "cardano-node.volume" (dict "name" "cardano-data" "persistence" .Values.persistence.ledger) }}
{{- include "cardano-node.volume" (dict "name" "socket-dir" "persistence" .Values.persistence.socket) }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Keys, and data about them, are never written to a disk. */}}
{{- define "cardano-node.pod.memory" }}
- name: {{ . | quote }}
  emptyDir:
    medium: Memory
    sizeLimit: 1Mi
{{- end -}}
