{{/* What the API server would refuse, which no schema of one value sees; one line a problem, as in _checks.tpl. */}}
{{- define "cardano-node.checks.api" -}}
{{- $full := include "cardano-node.fullname" . }}
{{- if not (regexMatch "^[a-z]([a-z0-9-]*[a-z0-9])?$" $full) }}
fullnameOverride: objects would be called {{ $full }}, and a Service's name begins with a letter and has letters, digits and dashes only. Set fullnameOverride, or install under another release name.
{{- end }}
{{- include "cardano-node.checks.directories" . }}
{{- include "cardano-node.checks.probes" . }}
{{- end -}}

{{/* Each directory is a mount of its own. */}}
{{- define "cardano-node.checks.directories" -}}
{{- $directories := list
  (list "cardanoNode.dataDir" .Values.cardanoNode.dataDir)
  (list "cardanoNode.configDir" .Values.cardanoNode.configDir)
  (list "cardanoNode.socketPath" (dir .Values.cardanoNode.socketPath))
-}}
{{- if .Values.cardanoNode.blockProducer }}
{{- $directories = append $directories (list "forgeManager.targetKeys" (dir .Values.forgeManager.targetKeys.kesKey)) }}
{{- end }}
{{- range $place, $one := $directories }}
{{- range $another := slice $directories 0 $place }}
{{- if eq (clean (last $one)) (clean (last $another)) }}
{{ first $one }}: {{ last $one }} is the directory of {{ first $another }} as well, and each is a volume of its own. Give one of the two another directory.
{{- end }}
{{- end }}
{{- range $mount := $.Values.extraVolumeMounts }}
{{- if eq (clean (toString $mount.mountPath)) (clean (last $one)) }}
extraVolumeMounts: {{ $mount.mountPath }} is the directory of {{ first $one }}, which the chart mounts. Choose another mountPath, or another {{ first $one }}.
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Fields and handlers that Kubernetes refuses in one kind of probe. */}}
{{- define "cardano-node.checks.probes" -}}
{{- range $part, $kinds := .Values.healthChecks }}
{{- range $kind, $probe := $kinds }}
{{- if $probe.enabled }}
{{- $path := printf "healthChecks.%s.%s" $part $kind }}
{{- if and (ne $kind "readinessProbe") (gt (int $probe.successThreshold) 1) }}
{{ $path }}: a successThreshold of {{ $probe.successThreshold }}, and Kubernetes takes 1 alone in a {{ $kind }}. Leave it out.
{{- end }}
{{- if and (eq $kind "readinessProbe") $probe.terminationGracePeriodSeconds }}
{{ $path }}: a readiness probe ends no container. Leave terminationGracePeriodSeconds out.
{{- end }}
{{- $handlers := list }}
{{- range list "exec" "grpc" "tcpSocket" }}{{ if get $probe . }}{{ $handlers = append $handlers . }}{{ end }}{{ end }}
{{- if gt (len $handlers) 1 }}
{{ $path }}: {{ join " and " $handlers }}, and a probe has one handler. Leave the others out.
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- $metrics := .Values.cardanoNode.prometheus }}
{{- if and $metrics.enabled (or (hasPrefix "127." $metrics.host) (has $metrics.host (list "localhost" "::1"))) }}
{{- $asked := dict "livenessProbe" .Values.healthChecks.cardanoNode.livenessProbe }}
{{- if ne "true" (include "cardano-node.managed" .) }}{{ $_ := set $asked "readinessProbe" .Values.healthChecks.cardanoNode.readinessProbe }}{{ end }}
{{- range $kind, $probe := $asked }}
{{- if and $probe.enabled (not (or $probe.exec $probe.grpc $probe.tcpSocket)) (eq "metrics" (toString ($probe.httpGet.port | default "metrics"))) (not $probe.httpGet.host) }}
cardanoNode.prometheus.host: {{ $metrics.host }} does not answer at the pod's address, where healthChecks.cardanoNode.{{ $kind }} asks. Set 0.0.0.0, or give this probe another handler, or enabled=false.
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
