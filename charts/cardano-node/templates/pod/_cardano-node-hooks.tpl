{{/* Probes of a running node, and its hook before it stops. */}}
{{- define "cardano-node.pod.cardanoNodeHooks" -}}
{{- range $name := list "startupProbe" "readinessProbe" }}
{{- with include "cardano-node.probe.nodeIsUp" (dict "root" $ "name" $name) }}
{{ . }}
{{- end }}
{{- end }}
{{- if and .Values.forgeManager.livenessFence (eq "true" (include "cardano-node.elected" .)) }}
{{- include "cardano-node.pod.livenessFence" . }}
{{- else }}
{{- with include "cardano-node.probe" (dict "name" "livenessProbe" "probe" .Values.healthChecks.cardanoNode.livenessProbe) }}
{{ . }}
{{- end }}
{{- end }}
{{- $hooks := deepCopy .Values.cardanoNode.lifecycle }}
{{- if eq "true" (include "cardano-node.managed" .) }}
{{- /* The node gets SIGTERM after this has answered: forging is then off, and the lease released. */}}
{{- $handOver := dict "path" (printf "/handed-over?wait=%v" .Values.forgeManager.handOverSeconds) "port" .Values.forgeManager.metricsPort }}
{{- $_ := set $hooks "preStop" (dict "httpGet" $handOver) }}
{{- end }}
{{- with $hooks }}
lifecycle:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/*
Tolerates a manager restart, and acts before the lease can pass to another pod:
the kubelet's shortest grace period is 2 s. The port of another container is given
by number, because its name would not be resolved.
*/}}
{{- define "cardano-node.pod.livenessFence" }}
livenessProbe:
  httpGet:
    path: /node-liveness
    port: {{ .Values.forgeManager.metricsPort }}
  periodSeconds: 1
  timeoutSeconds: 1
  failureThreshold: {{ max 3 (sub (include "cardano-node.leaseDuration" . | int) 5) }}
  terminationGracePeriodSeconds: 2
{{- end -}}
