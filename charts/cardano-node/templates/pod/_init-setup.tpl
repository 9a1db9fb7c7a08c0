{{/* Directories, configuration and verified genesis files, before anything else runs. */}}
{{- define "cardano-node.pod.initSetup" -}}
name: init-cardano-setup
image: {{ include "cardano-node.images.forgeManager" . | quote }}
imagePullPolicy: {{ .Values.image.forgeManager.pullPolicy }}
args: [prepare]
env:
  - name: CONFIG_SOURCE_DIR
    value: {{ include "cardano-node.paths.configSource" . | quote }}
  - name: CONFIG_TARGET_DIR
    value: {{ .Values.cardanoNode.configDir | quote }}
  - name: DATA_DIR
    value: {{ .Values.cardanoNode.dataDir | quote }}
  - name: NODE_SOCKET
    value: {{ .Values.cardanoNode.socketPath | quote }}
  - name: GENESIS_CACHE_DIR
    value: {{ .Values.cardanoNode.dataDir }}/genesis-cache
  {{- if .Values.cardanoNode.genesisConfigMap }}
  - name: GENESIS_SOURCE_DIR
    value: {{ include "cardano-node.paths.genesisSource" . | quote }}
  {{- end }}
  {{- range $era := list "byron" "shelley" "alonzo" "conway" }}
  {{- with include "cardano-node.network.genesisUrl" (dict "root" $ "era" $era) }}
  - name: GENESIS_URL_{{ upper $era }}
    value: {{ . | quote }}
  {{- end }}
  {{- end }}
  {{- if and (eq "true" (include "cardano-node.restores" .)) (not .Values.sleepMode) }}
  - name: RESTORE_SNAPSHOT
    value: "true"
  {{- end }}
  {{- with include "cardano-node.network.checkpointsUrl" . }}
  - name: CHECKPOINTS_URL
    value: {{ . | quote }}
  {{- end }}
  {{- if eq "true" (include "cardano-node.startsNonProducing" .) }}
  # Setup writes this into the configuration that the node reads, whatever its source.
  - name: START_AS_NON_PRODUCING
    value: "true"
  {{- end }}
  {{- if eq "true" (include "cardano-node.producesAlone" .) }}
  {{- include "cardano-node.env" (include "cardano-node.pod.ownKeys" . | fromJson) | nindent 2 }}
  {{- end }}
  - name: LOG_LEVEL
    value: {{ .Values.forgeManager.logLevel | quote }}
  - name: LOG_FORMAT
    value: {{ .Values.forgeManager.logFormat | quote }}
  {{- $more := dict "settings" (include "cardano-node.environment.outward" . | fromJson) "extra" .Values.forgeManager.extraEnvVars }}
  {{- with include "cardano-node.env.with" $more | trim }}{{ . | nindent 2 }}{{ end }}
volumeMounts:
  {{- with include "cardano-node.environment.caMount" . | trim }}{{ . | nindent 2 }}{{ end }}
  - name: cardano-config-src
    mountPath: {{ include "cardano-node.paths.configSource" . | quote }}
    readOnly: true
  {{- if .Values.cardanoNode.genesisConfigMap }}
  - name: cardano-genesis-src
    mountPath: {{ include "cardano-node.paths.genesisSource" . | quote }}
    readOnly: true
  {{- end }}
  - name: cardano-config
    mountPath: {{ .Values.cardanoNode.configDir | quote }}
  - name: cardano-data
    mountPath: {{ .Values.cardanoNode.dataDir | quote }}
  - name: socket-dir
    mountPath: {{ dir .Values.cardanoNode.socketPath | quote }}
  {{- if eq "true" (include "cardano-node.producesAlone" .) }}
  - name: cardano-secrets
    mountPath: {{ include "cardano-node.paths.keysSource" . | quote }}
    readOnly: true
  - name: cardano-secrets-target
    mountPath: {{ dir .Values.forgeManager.targetKeys.kesKey | quote }}
  {{- with .Values.forgeManager.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- end }}
resources:
  {{- include "cardano-node.resources" (dict "root" . "of" "forgeManager" "resources" .Values.resources.forgeManager) | nindent 2 }}
securityContext:
  {{- include "cardano-node.pod.sidecarSecurityContext" . | nindent 2 }}
{{- end -}}

{{/* Without a manager the setup copies the keys: cardano-node refuses keys in a Secret volume under fsGroup. */}}
{{- define "cardano-node.pod.ownKeys" -}}
{{- $source := .Values.forgeManager.sourceKeys -}}
{{- $target := .Values.forgeManager.targetKeys -}}
{{- dict
  "PROVIDE_KEYS" true
  "SOURCE_KES_KEY" $source.kesKey
  "SOURCE_VRF_KEY" $source.vrfKey
  "SOURCE_OP_CERT" $source.opCert
  "TARGET_KES_KEY" $target.kesKey
  "TARGET_VRF_KEY" $target.vrfKey
  "TARGET_OP_CERT" $target.opCert
| toJson -}}
{{- end -}}
