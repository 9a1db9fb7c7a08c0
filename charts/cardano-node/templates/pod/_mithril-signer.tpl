{{- define "cardano-node.paths.mithrilKeys" -}}/mithril-keys{{- end -}}
{{- define "cardano-node.paths.mithrilStores" -}}/mithril-stores{{- end -}}

{{/*
Signs snapshots for Mithril, a native sidecar like submit-api. It mounts its own keys,
because a standby's node has none, and its own directory on the ledger's volume,
which it otherwise only reads.
*/}}
{{- define "cardano-node.pod.mithrilSigner" -}}
{{- $signer := .Values.mithrilSigner -}}
name: mithril-signer
image: {{ include "cardano-node.image" (dict "root" . "image" .Values.image.mithrilSigner) | quote }}
imagePullPolicy: {{ .Values.image.mithrilSigner.pullPolicy }}
restartPolicy: Always
env:
  {{- include "cardano-node.env.with" (dict "settings" (include "cardano-node.pod.mithrilSettings" . | fromJson) "extra" $signer.extraEnvVars) | nindent 2 }}
ports:
  - name: mithril
    containerPort: {{ $signer.port }}
    protocol: TCP
{{- $ask := dict "httpGet" (dict "path" "/metrics" "port" "mithril") }}
{{- with include "cardano-node.probe" (dict "name" "livenessProbe" "probe" (merge (deepCopy $signer.healthCheck) $ask)) }}
{{ . }}
{{- end }}
volumeMounts:
  - name: mithril-keys
    mountPath: {{ include "cardano-node.paths.mithrilKeys" . | quote }}
    readOnly: true
  - name: cardano-data
    mountPath: {{ .Values.cardanoNode.dataDir | quote }}
    readOnly: true
  - name: cardano-data
    mountPath: {{ include "cardano-node.paths.mithrilStores" . | quote }}
    subPath: mithril-signer
  - name: socket-dir
    mountPath: {{ dir .Values.cardanoNode.socketPath | quote }}
    readOnly: true
  {{- with include "cardano-node.environment.caMount" . | trim }}{{ . | nindent 2 }}{{ end }}
  {{- with $signer.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
resources:
  {{- include "cardano-node.resources" (dict "root" . "of" "mithrilSigner" "resources" .Values.resources.mithrilSigner) | nindent 2 }}
securityContext:
  {{- include "cardano-node.pod.sidecarSecurityContext" . | nindent 2 }}
{{- end -}}

{{/* The signer's environment, as in its manual; RUN_INTERVAL is in milliseconds. */}}
{{- define "cardano-node.pod.mithrilSettings" -}}
{{- $signer := .Values.mithrilSigner -}}
{{- $era := $signer.eraReader -}}
{{- $settings := dict
  "NETWORK" (eq .Values.cardanoNode.network "custom" | ternary "devnet" .Values.cardanoNode.network)
  "NETWORK_MAGIC" (include "cardano-node.network.magic" .)
  "AGGREGATOR_ENDPOINT" (include "cardano-node.mithrilSigner.aggregator" .)
  "CARDANO_NODE_SOCKET_PATH" .Values.cardanoNode.socketPath
  "CARDANO_CLI_PATH" "/app/bin/cardano-cli"
  "DB_DIRECTORY" (printf "%s/db" .Values.cardanoNode.dataDir)
  "DATA_STORES_DIRECTORY" (include "cardano-node.paths.mithrilStores" .)
  "STORE_RETENTION_LIMIT" 5
  "RUN_INTERVAL" 60000
  "KES_SECRET_KEY_PATH" $signer.keys.kesKey
  "OPERATIONAL_CERTIFICATE_PATH" $signer.keys.opCert
  "ENABLE_METRICS_SERVER" true
  "METRICS_SERVER_IP" "0.0.0.0"
  "METRICS_SERVER_PORT" $signer.port
-}}
{{- with $signer.partyId }}{{ $_ := set $settings "PARTY_ID" . }}{{ end -}}
{{- with $signer.relayEndpoint }}{{ $_ := set $settings "RELAY_ENDPOINT" . }}{{ end -}}
{{- if and $era.address $era.verificationKey -}}
{{- $_ := set $settings "ERA_READER_ADAPTER_TYPE" "cardano-chain" -}}
{{- $_ := set $settings "ERA_READER_ADAPTER_PARAMS" (dict "address" $era.address "verification_key" $era.verificationKey | toJson) -}}
{{- end -}}
{{- merge $settings (include "cardano-node.environment.outward" . | fromJson) | toJson -}}
{{- end -}}

{{- define "cardano-node.mithrilSigner.aggregator" -}}
{{- .Values.mithrilSigner.aggregatorEndpoint | default (include "cardano-node.network.mithril" . | fromJson).aggregatorEndpoint | default "" -}}
{{- end -}}

{{/* Only the two files that it needs. Optional: a late Secret does not block the pod. */}}
{{- define "cardano-node.pod.mithrilVolume" -}}
{{- $signer := .Values.mithrilSigner -}}
name: mithril-keys
secret:
  secretName: {{ $signer.secretName | default (include "cardano-node.names.keysSecret" .) | quote }}
  defaultMode: 0440
  optional: true
  items:
    {{- range list $signer.keys.kesKey $signer.keys.opCert }}
    - {key: {{ base . | quote }}, path: {{ base . | quote }}}
    {{- end }}
{{- end -}}
