{{/*
Secrets of one of several clusters, for the manager only. Optional: a late one would keep the pod in
ContainerCreating, and its keys unchecked.
*/}}
{{- define "cardano-node.pod.clusterSecrets" -}}
{{- $secrets := list -}}
{{- if eq "true" (include "cardano-node.clustered" .) -}}
{{- $cluster := .Values.forgeManager.clusterManagement -}}
{{- if and $cluster.hub.enabled $cluster.hub.kubeconfigSecret -}}
{{- $items := list (dict "key" $cluster.hub.kubeconfigKey "path" "kubeconfig") -}}
{{- $secrets = append $secrets (dict "volume" "hub-kubeconfig" "secret" $cluster.hub.kubeconfigSecret "path" (include "cardano-node.paths.hub" .) "items" $items) -}}
{{- end -}}
{{- with $cluster.healthCheck.headersSecret -}}
{{- $secrets = append $secrets (dict "volume" "health-check-headers" "secret" . "path" (include "cardano-node.paths.healthHeaders" $)) -}}
{{- end -}}
{{- with $cluster.healthCheck.tls.caSecret -}}
{{- $secrets = append $secrets (dict "volume" "health-check-ca" "secret" . "path" (include "cardano-node.paths.healthCa" $)) -}}
{{- end -}}
{{- end -}}
{{- toJson $secrets -}}
{{- end -}}

{{- define "cardano-node.pod.clusterVolumes" -}}
{{- range include "cardano-node.pod.clusterSecrets" . | fromJsonArray }}
- name: {{ .volume }}
  secret:
    secretName: {{ .secret | quote }}
    defaultMode: 0440
    optional: true
    {{- with .items }}
    items:
      {{- toYaml . | nindent 6 }}
    {{- end }}
{{- end }}
{{- end -}}

{{- define "cardano-node.pod.clusterMounts" -}}
{{- range include "cardano-node.pod.clusterSecrets" . | fromJsonArray }}
- name: {{ .volume }}
  mountPath: {{ .path | quote }}
  readOnly: true
{{- end }}
{{- end -}}
