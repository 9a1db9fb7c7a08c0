{{/*
The alerts of alerts/*.yaml, which are plain Prometheus rules except for these words. They are replaced
as text, because the rules contain Prometheus templates. `when` names the pods that an alert concerns.
*/}}
{{- define "cardano-node.alerts" -}}
{{- $settings := .Values.monitoring.prometheusRule -}}
{{- $full := include "cardano-node.fullname" . -}}
{{- $network := include "cardano-node.network" . | fromJson -}}
{{- $oldest := $network.minNodeVersion | default "0.0.0" -}}
{{- $parts := semver $oldest -}}
{{- $words := dict
  "$NETWORK" .Values.cardanoNode.network
  "$OLDEST_NODE" (printf "%d%03d%03d" $parts.Major $parts.Minor $parts.Patch)
  "$OLDEST_VERSION" $oldest
  "$NAMESPACE" .Release.Namespace
  "$STATEFULSET" $full
  "$PODS" (printf "%s-[0-9]+" $full)
  "$LEASE" (include "cardano-node.names.lease" .)
  "$REPLICAS" (toString (int .Values.replicaCount)) -}}
{{- $rules := list -}}
{{- range $path, $_ := .Files.Glob "alerts/*.yaml" -}}
{{- $text := $.Files.Get $path -}}
{{- range $word, $value := $words }}{{ $text = replace $word $value $text }}{{ end -}}
{{- $alert := fromYaml $text -}}
{{- if eq "true" (include (printf "cardano-node.%s" $alert.when) $) -}}
{{- $rule := $alert.rule -}}
{{- $page := printf "%s.md" $rule.alert -}}
{{- $url := $settings.runbookBaseUrl | default (printf "%s/blob/v%s/docs/runbooks" $.Chart.Home $.Chart.Version) | trimSuffix "/" -}}
{{- $_ := set $rule.annotations "runbook_url" (printf "%s/%s" $url $page) -}}
{{- $_ := set $rule "labels" (merge (deepCopy $settings.ruleLabels) $rule.labels) -}}
{{- $rules = append $rules $rule -}}
{{- end -}}
{{- end -}}
{{- toYaml $rules -}}
{{- end -}}
