{{/* What the API server would refuse, which no schema of one value sees; one line a problem, as in _checks.tpl. */}}
{{- define "cardano-node.checks.api" -}}
{{- $full := include "cardano-node.fullname" . }}
{{- if not (regexMatch "^[a-z]([a-z0-9-]*[a-z0-9])?$" $full) }}
fullnameOverride: objects would be called {{ $full }}, and a Service's name begins with a letter and has letters, digits and dashes only. Set fullnameOverride, or install under another release name.
{{- end }}
{{- include "cardano-node.checks.names" . }}
{{- include "cardano-node.checks.directories" . }}
{{- include "cardano-node.checks.probes" . }}
{{- include "cardano-node.checks.services" . }}
{{- end -}}

{{/* Services: a port twice, and a restriction that one of this type cannot have. */}}
{{- define "cardano-node.checks.services" -}}
{{- $services := .Values.service }}
{{- if and (eq "true" (include "cardano-node.submitApi.enabled" .)) (eq (int $services.submitApi.port) (int .Values.submitApi.healthPort)) }}
service.submitApi.port: {{ $services.submitApi.port }} is submitApi.healthPort as well, and one Service has both. Change one of the two.
{{- end }}
{{- if and (eq "true" (include "cardano-node.elected" .)) .Values.forgeManager.forgingService.enabled .Values.cardanoNode.prometheus.enabled (eq (int $services.p2p.port) (int $services.metrics.port)) }}
service.metrics.port: {{ $services.metrics.port }} is service.p2p.port as well, and the Service of the pod that forges has both. Change one of the two, or set forgeManager.forgingService.enabled=false.
{{- end }}
{{- $defaults := dict "service.p2p" (include "cardano-node.service.p2pType" .) "forgeManager.service" "ClusterIP" }}
{{- $all := dict "forgeManager.service" .Values.forgeManager.service }}
{{- range $part := list "p2p" "metrics" "submitApi" "mithril" }}{{ $_ := set $all (printf "service.%s" $part) (get $services $part) }}{{ end }}
{{- range $path, $service := $all }}
{{- $type := include "cardano-node.service.type" (dict "root" $ "service" $service "default" (get $defaults $path | default $services.type)) }}
{{- if and (eq "NodePort" $type) (or $services.spec.loadBalancerSourceRanges (dig "loadBalancerSourceRanges" false ($service.spec | default dict))) }}
{{ $path }}.type: a NodePort takes no loadBalancerSourceRanges, and would be open to all. Set LoadBalancer, or use networkPolicy and leave them out.
{{- end }}
{{- end }}
{{- end -}}
