{{/* The only regular container. It starts after every init container and sidecar. */}}
{{- define "cardano-node.pod.cardanoNode" -}}
{{- $node := .Values.cardanoNode -}}
name: cardano-node
image: {{ include "cardano-node.images.cardanoNode" . | quote }}
imagePullPolicy: {{ .Values.image.cardanoNode.pullPolicy }}
{{- if .Values.sleepMode }}
# Waits in place of the node, for work on the ledger's volume, and stops on SIGTERM.
command: [sh, -c, "trap 'exit 0' TERM INT; while :; do sleep 3600 & wait $!; done"]
{{- else }}
{{- with $node.command }}
command:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $node.args }}
args:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- with .Values.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
env:
  {{- include "cardano-node.pod.cardanoNodeEnv" . | nindent 2 }}
ports:
  - name: p2p
    containerPort: {{ $node.port }}
    protocol: TCP
  {{- if $node.prometheus.enabled }}
  - name: metrics
    containerPort: {{ $node.prometheus.port }}
    protocol: TCP
  {{- end }}
  {{- if eq "true" (include "cardano-node.showsEkg" .) }}
  - name: ekg
    containerPort: {{ $node.ekgPort }}
    protocol: TCP
  {{- end }}
{{- if not .Values.sleepMode }}
{{- include "cardano-node.pod.cardanoNodeHooks" . }}
{{- end }}
volumeMounts:
  - name: cardano-data
    mountPath: {{ $node.dataDir | quote }}
  - name: cardano-config
    mountPath: {{ $node.configDir | quote }}
    readOnly: true
  - name: socket-dir
    mountPath: {{ dir $node.socketPath | quote }}
  {{- if $node.blockProducer }}
  - name: cardano-secrets-target
    mountPath: {{ dir .Values.forgeManager.targetKeys.kesKey | quote }}
    readOnly: true
  {{- end }}
  {{- with include "cardano-node.environment.caMount" . | trim }}{{ . | nindent 2 }}{{ end }}
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
resources:
  {{- include "cardano-node.pod.cardanoNodeResources" . | nindent 2 }}
securityContext:
  {{- include "cardano-node.withoutNulls" .Values.securityContext | nindent 2 }}
{{- end -}}

{{- define "cardano-node.pod.cardanoNodeEnv" -}}
{{- $node := .Values.cardanoNode -}}
{{- $settings := dict
  "CARDANO_BIND_ADDR" $node.bindAddress
  "CARDANO_PORT" $node.port
  "CARDANO_NETWORK" $node.network
  "CARDANO_SOCKET_PATH" $node.socketPath
  "CARDANO_DATABASE_PATH" (printf "%s/db" $node.dataDir)
  "CARDANO_CONFIG_BASE" $node.configDir
  "CARDANO_CONFIG" (printf "%s/config.json" $node.configDir)
  "CARDANO_TOPOLOGY" (printf "%s/topology.json" $node.configDir)
}}
{{- if $node.blockProducer }}
{{- $keys := .Values.forgeManager.targetKeys }}
{{- $settings = merge $settings (dict
  "CARDANO_BLOCK_PRODUCER" true
  "CARDANO_SHELLEY_KES_KEY" $keys.kesKey
  "CARDANO_SHELLEY_VRF_KEY" $keys.vrfKey
  "CARDANO_SHELLEY_OPERATIONAL_CERTIFICATE" $keys.opCert
  "START_AS_NON_PRODUCING" (include "cardano-node.startsNonProducing" .))
}}
{{- end }}
{{- /* Always set: the public image restores by default. */}}
{{- $_ := set $settings "RESTORE_SNAPSHOT" (eq "true" (include "cardano-node.restores" .)) }}
{{- if $node.mithril.enabled }}
{{- $mithril := include "cardano-node.network.mithril" . | fromJson }}
{{- $settings = merge $settings (dict
  "SNAPSHOT_DIGEST" $node.mithril.snapshotDigest
  "AGGREGATOR_ENDPOINT" $mithril.aggregatorEndpoint
  "GENESIS_VERIFICATION_KEY" $mithril.genesisVerificationKey
  "ANCILLARY_VERIFICATION_KEY" $mithril.ancillaryVerificationKey)
}}
{{- end }}
{{- $settings = merge $settings (include "cardano-node.environment.outward" . | fromJson) }}
{{- include "cardano-node.env.with" (dict "settings" $settings "extra" .Values.extraEnvVars) }}
{{- end -}}
