{{/* Kills a node whose manager no longer vouches for it. Before the manager, so that the manager is never alone. */}}
{{- define "cardano-node.pod.forgeGuard" -}}
name: forge-guard
image: {{ include "cardano-node.images.forgeManager" . | quote }}
imagePullPolicy: {{ .Values.image.forgeManager.pullPolicy }}
args: [guard]
restartPolicy: Always
env:
  {{- include "cardano-node.env.with" (dict "settings" (include "cardano-node.pod.keeperSettings" . | fromJson) "extra" .Values.forgeManager.extraEnvVars) | nindent 2 }}
volumeMounts:
  {{- include "cardano-node.pod.keeperMounts" . | nindent 2 }}
resources:
  {{- include "cardano-node.resources" (dict "root" . "of" "forgeGuard" "resources" .Values.resources.forgeGuard) | nindent 2 }}
securityContext:
  {{- include "cardano-node.pod.sidecarSecurityContext" . | nindent 2 }}
{{- end -}}
