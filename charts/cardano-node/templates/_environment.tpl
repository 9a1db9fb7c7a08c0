{{/*
Settings for outgoing requests: a proxy, and the authorities to trust, as JSON. Programs read either
case, some only lower case (curl). Kubernetes fills in the address of the API server.
*/}}
{{- define "cardano-node.environment.outward" -}}
{{- $settings := dict -}}
{{- $proxy := .Values.proxy -}}
{{- with $proxy.http }}{{ $_ := set $settings "HTTP_PROXY" . }}{{ end -}}
{{- with $proxy.https }}{{ $_ := set $settings "HTTPS_PROXY" . }}{{ end -}}
{{- if $settings -}}
{{- $direct := list "127.0.0.1" "::1" "localhost" ".svc" ".cluster.local" "$(KUBERNETES_SERVICE_HOST)" $proxy.noProxy -}}
{{- $_ := set $settings "NO_PROXY" (join "," (compact $direct)) -}}
{{- range $name, $value := deepCopy $settings }}{{ $_ := set $settings (lower $name) $value }}{{ end -}}
{{- end -}}
{{- if .Values.caBundle.configMap }}{{ $_ := set $settings "SSL_CERT_FILE" (printf "%s/ca.crt" (include "cardano-node.paths.caBundle" .)) }}{{ end -}}
{{- toJson $settings -}}
{{- end -}}

{{/* Ports of HTTPS and of the proxies, as JSON. */}}
{{- define "cardano-node.environment.webPorts" -}}
{{- $ports := list 443 -}}
{{- range compact (list .Values.proxy.http .Values.proxy.https) -}}
{{- $ports = append $ports (include "cardano-node.hostOf" . | regexFind ":[0-9]+$" | trimPrefix ":" | default "80" | int) -}}
{{- end -}}
{{- uniq $ports | toJson -}}
{{- end -}}

{{- define "cardano-node.paths.caBundle" -}}/ca-bundle{{- end -}}

{{- define "cardano-node.environment.caMount" -}}
{{- if .Values.caBundle.configMap }}
- name: ca-bundle
  mountPath: {{ include "cardano-node.paths.caBundle" . | quote }}
  readOnly: true
{{- end }}
{{- end -}}

{{/* Optional: a missing one would keep the pod in ContainerCreating, although its node may need no authority. */}}
{{- define "cardano-node.environment.caVolume" -}}
{{- with .Values.caBundle }}
{{- if .configMap }}
- name: ca-bundle
  configMap:
    name: {{ .configMap | quote }}
    optional: true
    items:
      - {key: {{ .key | quote }}, path: ca.crt}
{{- end }}
{{- end }}
{{- end -}}
