{{/* A quantity of Kubernetes as a number, 0 for none. */}}
{{- define "cardano-node.quantity" -}}
{{- $text := toString . -}}
{{- $units := dict "m" 0.001 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 "Pi" 1125899906842624 -}}
{{- mulf (regexFind "^[0-9.]+" $text | default "0" | float64) (get $units (regexFind "[a-zA-Z]+$" $text) | default 1) -}}
{{- end -}}

{{/*
Resources of a container. A request that is the chart's default is lowered to a limit of the user's
below it: the API refuses more than the limit.
  (dict "root" $ "of" "forgeManager" "resources" .Values.resources.forgeManager)
*/}}
{{- define "cardano-node.resources" -}}
{{- $resources := deepCopy .resources -}}
{{- $defaults := get (.root.Files.Get "files/defaults.json" | fromJson).whole (printf "resources.%s" .of) -}}
{{- range $name, $limit := $resources.limits | default dict -}}
{{- $request := dig "requests" $name "" $resources -}}
{{- if and $limit $request (eq (toString $request) (toString (dig "requests" $name "" $defaults))) -}}
{{- if gt (include "cardano-node.quantity" $request | float64) (include "cardano-node.quantity" $limit | float64) }}{{ $_ := set $resources.requests $name $limit }}{{ end -}}
{{- end -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end -}}
