{{/* What the API server would refuse, and a schema of single values cannot see; one line a problem, as in _checks.tpl. */}}
{{- define "cardano-node.checks.api" -}}
{{- $full := include "cardano-node.fullname" . }}
{{- if not (regexMatch "^[a-z]([a-z0-9-]*[a-z0-9])?$" $full) }}
{{ empty .Values.fullnameOverride | ternary (empty .Values.nameOverride | ternary "fullnameOverride" "nameOverride") "fullnameOverride" }}: objects would be named {{ $full }}, but a Service's name must start with a letter and contain only letters, digits and dashes. Set fullnameOverride, or install under another release name.
{{- end }}
{{- range $path, $labels := dict "podLabels" .Values.podLabels "global.commonLabels" .Values.global.commonLabels }}
{{- if hasKey $labels "cardano.io/forging" }}
{{ $path }}: the managers set cardano.io/forging on the pod whose node forges, and the Service of that pod selects it. Remove this label.
{{- end }}
{{- end }}
{{- range $field, $instead := dict "selector" "selector" "namespaceSelector" "namespaceSelector" "jobLabel" "jobLabel" "targetLabels" "targetLabels" "podTargetLabels" "targetLabels" "endpoints" "extraEndpoints" "podMetricsEndpoints" "extraEndpoints" }}
{{- if hasKey $.Values.monitoring.serviceMonitor.spec $field }}
monitoring.serviceMonitor.spec: the chart sets {{ $field }} itself. Set monitoring.serviceMonitor.{{ $instead }} instead.
{{- end }}
{{- end }}
{{- include "cardano-node.checks.names" . }}
{{- include "cardano-node.checks.addresses" . }}
{{- include "cardano-node.checks.directories" . }}
{{- include "cardano-node.checks.probes" . }}
{{- include "cardano-node.checks.services" . }}
{{- include "cardano-node.checks.nodePorts" . }}
{{- include "cardano-node.checks.hooks" . }}
{{- include "cardano-node.checks.environment" . }}
{{- end -}}

{{/* Services: a duplicate port, and a restriction that this type does not support. */}}
{{- define "cardano-node.checks.services" -}}
{{- $services := .Values.service }}
{{- if and (eq "true" (include "cardano-node.submitApi.enabled" .)) (eq (int $services.submitApi.port) (int .Values.submitApi.healthPort)) }}
{{- $named := include "cardano-node.whichIsSet" (dict "root" . "paths" (list "submitApi.healthPort" "service.submitApi.port")) }}
{{ $named }}: {{ $services.submitApi.port }} is also {{ eq $named "submitApi.healthPort" | ternary "service.submitApi.port" "submitApi.healthPort" }}, and one Service has both. Change one of the two.
{{- end }}
{{- if and (eq "true" (include "cardano-node.elected" .)) .Values.forgeManager.forgingService.enabled .Values.cardanoNode.prometheus.enabled (eq (int $services.p2p.port) (int $services.metrics.port)) }}
{{- $named := include "cardano-node.whichIsSet" (dict "root" . "paths" (list "service.p2p.port" "service.metrics.port")) }}
{{ $named }}: {{ $services.metrics.port }} is also {{ eq $named "service.p2p.port" | ternary "service.metrics.port" "service.p2p.port" }}, and the Service of the forging pod has both. Change one of the two, or set forgeManager.forgingService.enabled=false.
{{- end }}
{{- range $field := list "type" "ports" "selector" "clusterIP" "clusterIPs" "loadBalancerIP" "healthCheckNodePort" }}
{{- if hasKey $services.spec $field }}
service.spec.{{ $field }}: service.spec applies to every Service, but this field belongs to one. Set it in service.p2p.spec, or in another Service's spec{{ if eq "type" $field }}; service.type applies to all except p2p{{ end }}.
{{- end }}
{{- end }}
{{- $defaults := dict "service.p2p" (include "cardano-node.service.p2pType" .) "forgeManager.service" "ClusterIP" }}
{{- $all := dict "service.p2p" $services.p2p "service.metrics" $services.metrics }}
{{- if eq "true" (include "cardano-node.managed" .) }}{{ $_ := set $all "forgeManager.service" .Values.forgeManager.service }}{{ end }}
{{- if eq "true" (include "cardano-node.submitApi.enabled" .) }}{{ $_ := set $all "service.submitApi" $services.submitApi }}{{ end }}
{{- if eq "true" (include "cardano-node.mithrilSigner.enabled" .) }}{{ $_ := set $all "service.mithril" $services.mithril }}{{ end }}
{{- range $path, $service := $all }}
{{- $type := include "cardano-node.service.type" (dict "service" $service "default" (get $defaults $path | default $services.type)) }}
{{- if and (eq "NodePort" $type) (or $services.spec.loadBalancerSourceRanges (dig "loadBalancerSourceRanges" false ($service.spec | default dict))) }}
{{- $said := empty $service.type | ternary "service.type" (printf "%s.type" $path) }}
{{- if dig "type" "" ($service.spec | default dict) }}{{ $said = printf "%s.spec" $path }}{{ end }}
{{ $said }}: a NodePort does not support loadBalancerSourceRanges, so it would be open to everyone. Set LoadBalancer, or remove the ranges and use networkPolicy.
{{- end }}
{{- end }}
{{- end -}}
