{{/*
The type of a Service: from its spec, else its own type, else the default.
  (dict "service" .Values.service.metrics "default" .Values.service.type)
*/}}
{{- define "cardano-node.service.type" -}}
{{- dig "type" (.service.type | default .default) (.service.spec | default dict) -}}
{{- end -}}

{{/* Peers reach a relay from anywhere, but a block producer only from its relays. */}}
{{- define "cardano-node.service.p2pType" -}}
{{- .Values.cardanoNode.blockProducer | ternary "ClusterIP" "LoadBalancer" -}}
{{- end -}}

{{/*
A Service of the node's pods.
  (dict "root" $ "name" "..." "part" "p2p" "service" .Values.service.p2p "default" "ClusterIP" "ports" (dict "p2p" (list 3001 3001)))
`ports`: the Service's and the container's port by name. The latter by number:
before 1.32 Kubernetes does not resolve the port names of a native sidecar. `part`
is a label that tells the Services apart (the earlier chart's). A Service's `spec`
takes precedence over service.spec, which applies to all; fields that the API
refuses for its type are omitted. A port in `spec` extends the chart's port of that
name or number, or is an additional one. `nodePort` is for the port in the values.
*/}}
{{- define "cardano-node.service" -}}
{{- $shared := .root.Values.service -}}
{{- $ports := list -}}
{{- $further := dig "ports" list (.service.spec | default dict) | default list -}}
{{- $own := int .service.port -}}
{{- $nodePort := .service.nodePort -}}
{{- range $name, $pair := .ports -}}
{{- $port := dict "name" $name "port" (first $pair) "targetPort" (last $pair) -}}
{{- if and $nodePort (eq (int (first $pair)) $own) }}{{ $_ := set $port "nodePort" $nodePort }}{{ end -}}
{{- range $given := $further -}}
{{- if or (eq $name (toString $given.name)) (eq (int (first $pair)) (int $given.port)) -}}
{{- $port = merge (omit $given "name") $port -}}
{{- $further = without $further $given -}}
{{- end -}}
{{- end -}}
{{- $ports = append $ports $port -}}
{{- end -}}
{{- $selector := include "cardano-node.labels.selector" .root | fromYaml -}}
{{- $spec := dict "selector" (merge $selector (.selector | default dict)) -}}
{{- with .service.loadBalancerIP }}{{ $_ := set $spec "loadBalancerIP" . }}{{ end -}}
{{- $labels := merge (dict "app.kubernetes.io/component-type" .part) (.service.labels | default dict) -}}
{{- $annotations := merge (deepCopy (.service.annotations | default dict)) $shared.annotations -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "cardano-node.metadata" (dict "root" .root "name" .name "annotations" $annotations "labels" $labels) | nindent 2 }}
spec:
  {{- $type := include "cardano-node.service.type" . }}
  {{- $spec = mergeOverwrite $spec (deepCopy $shared.spec) (deepCopy (.service.spec | default dict)) (dict "type" $type "ports" (concat $ports $further)) }}
  {{- if ne $type "LoadBalancer" }}
  {{- $spec = omit $spec "allocateLoadBalancerNodePorts" "healthCheckNodePort" "loadBalancerClass" "loadBalancerIP" "loadBalancerSourceRanges" }}
  {{- end }}
  {{- if and (ne $type "ClusterIP") (eq "None" (toString $spec.clusterIP)) }}{{ $spec = omit $spec "clusterIP" }}{{ end }}
  {{- if eq "None" (toString $spec.clusterIP) }}{{ $spec = omit $spec "externalIPs" "sessionAffinity" "sessionAffinityConfig" }}{{ end }}
  {{- if and (eq $type "ClusterIP") (not $spec.externalIPs) }}{{ $spec = omit $spec "externalTrafficPolicy" }}{{ end }}
  {{- toYaml $spec | nindent 2 }}
{{- end -}}
