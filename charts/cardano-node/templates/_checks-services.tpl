{{/*
Node ports; one line a problem, as in _checks.tpl. A Service has its own (nodePort), and its spec may
set others for additional ports.
*/}}
{{- define "cardano-node.checks.nodePorts" -}}
{{- $services := .Values.service }}
{{- $manager := .Values.forgeManager.service }}
{{- $all := list (list "service.p2p" $services.p2p "p2p" (include "cardano-node.service.p2pType" .)) }}
{{- if .Values.cardanoNode.prometheus.enabled }}{{ $all = append $all (list "service.metrics" $services.metrics "metrics" $services.type) }}{{ end }}
{{- if eq "true" (include "cardano-node.submitApi.enabled" .) }}{{ $all = append $all (list "service.submitApi" $services.submitApi "submit-api" $services.type) }}{{ end }}
{{- if eq "true" (include "cardano-node.mithrilSigner.enabled" .) }}{{ $all = append $all (list "service.mithril" $services.mithril "mithril" $services.type) }}{{ end }}
{{- if and $manager.enabled (eq "true" (include "cardano-node.managed" .)) }}{{ $all = append $all (list "forgeManager.service" $manager "forge-metrics" "ClusterIP") }}{{ end }}
{{- $taken := dict }}
{{- range $one := $all }}
{{- $path := index $one 0 }}
{{- $service := index $one 1 }}
{{- with $service.nodePort }}
{{- if eq "ClusterIP" (include "cardano-node.service.type" (dict "service" $service "default" (index $one 3))) }}
{{ $path }}.nodePort: a ClusterIP Service has no port on the machines. Set {{ $path }}.type to NodePort or LoadBalancer, or leave nodePort null.
{{- end }}
{{- range dig "ports" list ($service.spec | default dict) | default list }}
{{- if and .nodePort (ne (int .nodePort) (int $service.nodePort)) (or (eq (int .port) (int $service.port)) (eq (toString .name) (index $one 2))) }}
{{ $path }}.nodePort: {{ $service.nodePort }}, but {{ $path }}.spec has {{ int .nodePort }} for the same port. Remove one of the two.
{{- end }}
{{- end }}
{{- with get $taken (toString .) }}
{{ $path }}.nodePort: {{ $service.nodePort }} is also {{ . }}.nodePort, and a machine has each port only once. Change one of the two.
{{- end }}
{{- $_ := set $taken (toString .) $path }}
{{- end }}
{{- end }}
{{- end -}}
