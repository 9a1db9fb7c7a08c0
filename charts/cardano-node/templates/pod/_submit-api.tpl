{{/*
Accepts transactions over HTTP for the node. A native sidecar: a second regular
container would let the kubelet skip the gate. It starts before the node, and
looks for the socket when a client submits.
*/}}
{{- define "cardano-node.pod.submitApi" -}}
{{- $api := .Values.submitApi -}}
name: submit-api
image: {{ include "cardano-node.image" (dict "root" . "image" .Values.image.submitApi) | quote }}
imagePullPolicy: {{ .Values.image.submitApi.pullPolicy }}
restartPolicy: Always
env:
  {{- $settings := dict
    "API_LISTEN_PORT" $api.port
    "METRICS_LISTEN_PORT" $api.healthPort
    "CARDANO_NODE_NETWORK_MAGIC" (include "cardano-node.network.magic" .)
    "CARDANO_NODE_SOCKET_PATH" .Values.cardanoNode.socketPath
    "CARDANO_NODE_SOCKET_TIMEOUT" $api.socketTimeout
    "CARDANO_NODE_SKIP_CHECK" $api.skipNodeCheck
  }}
  {{- include "cardano-node.env.with" (dict "settings" $settings "extra" $api.extraEnvVars) | nindent 2 }}
ports:
  - name: submit-api
    containerPort: {{ $api.port }}
    protocol: TCP
  - name: health
    containerPort: {{ $api.healthPort }}
    protocol: TCP
{{- $ask := dict "httpGet" (dict "path" "/healthcheck" "port" "submit-api") }}
{{- with include "cardano-node.probe" (dict "name" "livenessProbe" "probe" (merge (deepCopy $api.healthCheck) $ask)) }}
{{ . }}
{{- end }}
volumeMounts:
  - name: socket-dir
    mountPath: {{ dir .Values.cardanoNode.socketPath | quote }}
    readOnly: true
resources:
  {{- include "cardano-node.resources" (dict "root" . "of" "submitApi" "resources" .Values.resources.submitApi) | nindent 2 }}
securityContext:
  {{- include "cardano-node.pod.sidecarSecurityContext" . | nindent 2 }}
{{- end -}}
