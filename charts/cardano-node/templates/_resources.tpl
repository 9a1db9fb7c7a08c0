{{/* A quantity of Kubernetes as a number. */}}
{{- define "cardano-node.quantity" -}}
{{- $text := toString . -}}
{{- $number := regexFind "^([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?" $text | default "0" -}}
{{- $units := dict "n" 1e-9 "u" 1e-6 "m" 1e-3 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "E" 1e18 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 "Pi" 1125899906842624 "Ei" 1152921504606846976 -}}
{{- mulf (float64 $number) (get $units (trimPrefix $number $text) | default 1) -}}
{{- end -}}

{{/*
Resources of a container. The API refuses a request above the limit: if one of the two is the chart's
default, it gives way to the user's. Null values are omitted, because the API reads them as 0.
  (dict "root" $ "of" "forgeManager" "resources" .Values.resources.forgeManager)
*/}}
{{- define "cardano-node.resources" -}}
{{- $resources := deepCopy .resources -}}
{{- range $kind := list "requests" "limits" -}}
{{- range $name, $quantity := get $resources $kind | default dict -}}
{{- if kindIs "invalid" $quantity }}{{ $_ := unset (get $resources $kind) $name }}{{ end -}}
{{- end -}}
{{- end -}}
{{- $defaults := get .root.Whole.defaults (printf "resources.%s" .of) -}}
{{- range $name, $limit := $resources.limits | default dict -}}
{{- $request := dig "requests" $name "" $resources -}}
{{- if and $request (gt (include "cardano-node.quantity" $request | float64) (include "cardano-node.quantity" $limit | float64)) -}}
{{- if eq (toString $request) (toString (dig "requests" $name "" $defaults)) }}{{ $_ := set $resources.requests $name $limit -}}
{{- else if eq (toString $limit) (toString (dig "limits" $name "" $defaults)) }}{{ $_ := set $resources.limits $name $request }}{{ end -}}
{{- end -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end -}}

{{/*
The user's. Memory is the network's if neither request nor limit is set: with only
one of them set, the chart's other one might contradict it.
*/}}
{{- define "cardano-node.pod.cardanoNodeResources" -}}
{{- $resources := deepCopy .Values.resources.cardanoNode -}}
{{- $sizes := include "cardano-node.network.sizes" . | fromJson -}}
{{- if not (or (dig "requests" "memory" "" $resources) (dig "limits" "memory" "" $resources)) -}}
{{- range $kind, $memory := dict "requests" $sizes.memoryRequest "limits" $sizes.memoryLimit -}}
{{- if kindIs "map" (index $resources $kind) }}{{ $_ := set (index $resources $kind) "memory" $memory }}{{ end -}}
{{- end -}}
{{- end -}}
{{- include "cardano-node.resources" (dict "root" . "of" "cardanoNode" "resources" $resources) -}}
{{- end -}}
