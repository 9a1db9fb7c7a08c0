{{/* The user's handlers of a probe, as a JSON list; httpGet is the chart's. */}}
{{- define "cardano-node.probe.handlers" -}}
{{- $handlers := list -}}
{{- range list "exec" "grpc" "tcpSocket" }}{{ if kindIs "map" (index $ .) }}{{ $handlers = append $handlers . }}{{ end }}{{ end -}}
{{- toJson $handlers -}}
{{- end -}}

{{/* "true" for a probe with the user's own handler. */}}
{{- define "cardano-node.probe.hasHandler" -}}
{{- ne "[]" (include "cardano-node.probe.handlers" .) -}}
{{- end -}}

{{/*
A container's probe from its values: the line `name:` and the fields, or nothing
if it is switched off.
  (dict "name" "startupProbe" "probe" .Values.healthChecks.x.startupProbe)
The user's handler replaces httpGet, so that there is only one.
*/}}
{{- define "cardano-node.probe" -}}
{{- if .probe.enabled -}}
{{- $fields := omit .probe "enabled" -}}
{{- if eq "true" (include "cardano-node.probe.hasHandler" .probe) -}}
{{- $fields = omit $fields "httpGet" -}}
{{- end -}}
{{ .name }}:
  {{- toYaml $fields | nindent 2 }}
{{- end -}}
{{- end -}}

{{/*
Whether the node is up, for its readiness and its startup. With a manager, it is
the manager's view of the node's socket: the port of another container, so it is
given by number. Without a manager, it is the node's metrics; if these are off,
there is nothing to ask.
  (dict "root" $ "name" "readinessProbe")
*/}}
{{- define "cardano-node.probe.nodeIsUp" -}}
{{- $name := .name -}}
{{- with .root -}}
{{- $probe := deepCopy (get .Values.healthChecks.cardanoNode $name) -}}
{{- $managed := eq "true" (include "cardano-node.managed" .) -}}
{{- $default := dict "path" "/metrics" "port" "metrics" -}}
{{- if $managed }}{{ $default = dict "path" "/node-ready" "port" .Values.forgeManager.metricsPort }}{{ end -}}
{{- if not (or $managed .Values.cardanoNode.prometheus.enabled) }}{{ $default = dict }}{{ end -}}
{{- $given := pick $probe.httpGet "host" "scheme" "httpHeaders" -}}
{{- with $probe.httpGet.path }}{{ $_ := set $given "path" . }}{{ end -}}
{{- with $probe.httpGet.port }}{{ $_ := set $given "port" . }}{{ end -}}
{{- $_ := set $probe "httpGet" (merge $given $default) -}}
{{- if or $probe.httpGet.port (eq "true" (include "cardano-node.probe.hasHandler" $probe)) -}}
{{- include "cardano-node.probe" (dict "name" $name "probe" $probe) -}}
{{- end -}}
{{- end -}}
{{- end -}}
