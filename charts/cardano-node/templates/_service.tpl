{{/*
A Service of the node's pods.
  (dict "root" $ "name" "..." "part" "p2p" "service" .Values.service.p2p "type" "ClusterIP" "ports" (dict "p2p" (list 3001 3001)))
`ports`: the Service's and the container's port by name. The latter by number:
before 1.32 Kubernetes resolves no name of a native sidecar's port. `part` is a
label that tells the Services apart (the earlier chart's). `spec` of one Service
wins over service.spec, which every Service has; what the API refuses in a
Service of its type is left out.
*/}}
{{- define "cardano-node.service" -}}
{{- $shared := .root.Values.service -}}
{{- $ports := list -}}
{{- range $name, $pair := .ports -}}
{{- $ports = append $ports (dict "name" $name "port" (first $pair) "targetPort" (last $pair)) -}}
{{- end -}}
{{- $selector := include "cardano-node.labels.selector" .root | fromYaml -}}
{{- $spec := dict "type" .type "ports" $ports "selector" (merge $selector (.selector | default dict)) -}}
{{- with .service.loadBalancerIP }}{{ $_ := set $spec "loadBalancerIP" . }}{{ end -}}
{{- $annotations := merge (deepCopy (.service.annotations | default dict)) $shared.annotations -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "cardano-node.metadata" (dict "root" .root "name" .name "annotations" $annotations "labels" (dict "app.kubernetes.io/component-type" .part)) | nindent 2 }}
spec:
  {{- $spec = mergeOverwrite $spec (deepCopy $shared.spec) (deepCopy (.service.spec | default dict)) }}
  {{- if ne $spec.type "LoadBalancer" }}
  {{- $spec = omit $spec "allocateLoadBalancerNodePorts" "healthCheckNodePort" "loadBalancerClass" "loadBalancerIP" "loadBalancerSourceRanges" }}
  {{- end }}
  {{- if and (ne $spec.type "ClusterIP") (eq "None" (toString $spec.clusterIP)) }}{{ $spec = omit $spec "clusterIP" }}{{ end }}
  {{- if eq "None" (toString $spec.clusterIP) }}{{ $spec = omit $spec "externalIPs" "sessionAffinity" "sessionAffinityConfig" }}{{ end }}
  {{- if and (eq $spec.type "ClusterIP") (not $spec.externalIPs) }}{{ $spec = omit $spec "externalTrafficPolicy" }}{{ end }}
  {{- toYaml $spec | nindent 2 }}
{{- end -}}
