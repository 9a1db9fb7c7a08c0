{{/* The native sidecar: an init container that keeps running and gates the node by its startup probe. */}}
{{- define "cardano-node.pod.forgeManager" -}}
{{- $manager := .Values.forgeManager -}}
name: cardano-forge-manager
image: {{ include "cardano-node.images.forgeManager" . | quote }}
imagePullPolicy: {{ .Values.image.forgeManager.pullPolicy }}
restartPolicy: Always
env:
  {{- include "cardano-node.pod.forgeManagerEnv" . | nindent 2 }}
ports:
  - name: forge-metrics
    containerPort: {{ $manager.metricsPort }}
    protocol: TCP
{{- range $name := list "startupProbe" "readinessProbe" "livenessProbe" }}
{{- with include "cardano-node.probe" (dict "name" $name "probe" (get $.Values.healthChecks.forgeManager $name)) }}
{{ . }}
{{- end }}
{{- end }}
volumeMounts:
  - name: cardano-secrets
    mountPath: {{ include "cardano-node.paths.keysSource" . | quote }}
    readOnly: true
  {{- include "cardano-node.pod.keeperMounts" . | nindent 2 }}
  # Both for `forge-manager reload-topology`.
  - name: cardano-config-src
    mountPath: {{ include "cardano-node.paths.configSource" . | quote }}
    readOnly: true
  - name: cardano-config
    mountPath: {{ .Values.cardanoNode.configDir | quote }}
  - name: api-token
    mountPath: /var/run/secrets/kubernetes.io/serviceaccount
    readOnly: true
  {{- with include "cardano-node.pod.clusterMounts" . | trim }}{{ . | nindent 2 }}{{ end }}
  {{- with include "cardano-node.environment.caMount" . | trim }}{{ . | nindent 2 }}{{ end }}
  {{- with $manager.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
resources:
  {{- include "cardano-node.resources" (dict "root" . "of" "forgeManager" "resources" .Values.resources.forgeManager) | nindent 2 }}
securityContext:
  {{- include "cardano-node.pod.sidecarSecurityContext" . | nindent 2 }}
{{- end -}}

{{/* What manager and guard share: the node's keys and socket, and the volumes for their communication. */}}
{{- define "cardano-node.pod.keeperMounts" -}}
- name: cardano-secrets-target
  mountPath: {{ dir .Values.forgeManager.targetKeys.kesKey | quote }}
- name: cardano-secrets-checked
  mountPath: {{ include "cardano-node.paths.checked" . | quote }}
- name: forge-state
  mountPath: {{ include "cardano-node.paths.state" . | quote }}
- name: socket-dir
  mountPath: {{ dir (include "cardano-node.nodeSocket" .) | quote }}
  readOnly: true
{{- end -}}

{{- define "cardano-node.pod.sidecarSecurityContext" -}}
{{- merge (dict "readOnlyRootFilesystem" true) .Values.securityContext | include "cardano-node.withoutNulls" -}}
{{- end -}}
