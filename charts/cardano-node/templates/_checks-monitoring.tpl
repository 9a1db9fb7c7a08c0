{{/* What would not be scraped, or the Prometheus operator would refuse; one line a problem, as in _checks.tpl. */}}
{{- define "cardano-node.checks.monitoring" -}}
{{- with .Values.monitoring }}
{{- if and .enabled .serviceMonitor.enabled .podMonitor.enabled }}
monitoring.podMonitor.enabled: with a ServiceMonitor as well, every metric would be scraped twice. Set one of the two to false.
{{- end }}
{{- if and .enabled (or .serviceMonitor.enabled .podMonitor.enabled) }}
{{- if not (include "cardano-node.monitoring.endpoints" $ | fromYamlArray) }}
monitoring: there is nothing to scrape. Set cardanoNode.prometheus.enabled=true, or monitoring.enabled=false.
{{- end }}
{{- include "cardano-node.checks.scraped" $ }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "cardano-node.checks.scraped" -}}
{{- $monitor := .Values.monitoring.serviceMonitor -}}
{{- $node := .Values.cardanoNode -}}
{{- $at := "monitoring.serviceMonitor" }}
{{- $parts := list }}
{{- if $node.prometheus.enabled }}{{ $parts = append $parts "cardanoNode" }}{{ end }}
{{- if eq "true" (include "cardano-node.managed" .) }}{{ $parts = append $parts "forgeManager" }}{{ end }}
{{- $said := dict }}
{{- range $part := $parts }}
{{- $own := get $monitor $part }}
{{- $interval := $own.interval | default $monitor.interval }}
{{- $timeout := $own.scrapeTimeout | default $monitor.scrapeTimeout }}
{{- if gt (include "cardano-node.milliseconds" $timeout | int) (include "cardano-node.milliseconds" $interval | int) }}
{{- $paths := list (printf "%s.scrapeTimeout" $at) (printf "%s.interval" $at) (printf "%s.%s.scrapeTimeout" $at $part) (printf "%s.%s.interval" $at $part) }}
{{- $_ := set $said (include "cardano-node.whichIsSet" (dict "root" $ "paths" $paths)) (list $interval $timeout) }}
{{- end }}
{{- end }}
{{- range $path, $times := $said }}
{{ $path }}: a scrape would start every {{ first $times }} and may take {{ last $times }}, which the Prometheus operator refuses. Set a scrapeTimeout no longer than the interval.
{{- end }}
{{- $labels := merge (include "cardano-node.labels" . | fromYaml) (dict "app.kubernetes.io/component-type" (list "metrics" "forge-manager" "submit-api" "mithril")) }}
{{- range list .Values.service.metrics .Values.service.submitApi .Values.service.mithril .Values.forgeManager.service }}{{ $labels = merge $labels .labels }}{{ end }}
{{- if .Values.monitoring.podMonitor.enabled }}{{ $labels = include "cardano-node.labels.pod" . | fromYaml }}{{ end }}
{{- range $label, $value := $monitor.selector }}
{{- $there := get $labels $label }}
{{- if not (has $value (kindIs "slice" $there | ternary $there (list $there))) }}
{{ $at }}.selector: no {{ $.Values.monitoring.podMonitor.enabled | ternary "pod" "Service" }} of the release has the label {{ $label }}={{ $value }}, so nothing would be scraped. Remove it. Labels by which your Prometheus selects the monitor go into {{ $at }}.labels.
{{- end }}
{{- end }}
{{- if and $node.prometheus.enabled (eq "true" (include "cardano-node.isLoopback" $node.prometheus.host)) }}
cardanoNode.prometheus.host: {{ $node.prometheus.host }} answers only within the pod, but Prometheus asks at the pod's address. Set 0.0.0.0, or monitoring.enabled=false.
{{- end }}
{{- end -}}

{{/* A duration as Prometheus writes it (1m30s). */}}
{{- define "cardano-node.milliseconds" -}}
{{- $sum := 0 -}}
{{- range $unit, $many := dict "h" 3600000 "m" 60000 "s" 1000 "ms" 1 -}}
{{- with regexFind (printf "[0-9]+%s([0-9]|$)" $unit) $ -}}
{{- $sum = add $sum (mul $many (regexFind "^[0-9]+" . | int)) -}}
{{- end -}}
{{- end -}}
{{- $sum -}}
{{- end -}}
