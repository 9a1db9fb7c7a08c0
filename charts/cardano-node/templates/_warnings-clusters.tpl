{{/* One of several clusters: what does not stop another one from forging, and overrides by an operator. */}}
{{- define "cardano-node.warnings.clusters" -}}
{{- $cluster := .Values.forgeManager.clusterManagement -}}
{{- $check := $cluster.healthCheck -}}
{{- $override := $cluster.override -}}
{{- if not $cluster.enabled }}
forgeManager.legacy.crd.cardanoForgeCluster.enabled: means the same as clusterManagement.enabled, which replaces it.
{{- end }}
{{- if not $cluster.hub.enabled }}
forgeManager.clusterManagement.hub.enabled: false, so nothing stops another cluster from forging with the same keys. This cluster forges unless its forgeState is Disabled: Priority-based means Enabled.
{{- else }}
{{- include "cardano-node.warnings.hub" . }}
{{- end }}
{{- if and $check.enabled (not $check.endpoint) }}
forgeManager.clusterManagement.healthCheck.endpoint: empty, so nothing is checked and this cluster counts as healthy.
{{- end }}
{{- if not $check.tls.verify }}
forgeManager.clusterManagement.healthCheck.tls.verify: false, so anyone on the network path can make this cluster look healthy or unhealthy.
{{- end }}
{{- if $override.enabled }}
{{- if or $override.forceState $override.forcePriority }}
forgeManager.clusterManagement.override: replaces forgeState and priority {{ with $override.expiresAt }}until {{ . }}{{ else }}until it is removed{{ end }}.
{{- else }}
forgeManager.clusterManagement.override: enabled, but neither forceState nor forcePriority is set, so it changes nothing.
{{- end }}
{{- end }}
{{- end -}}

{{- define "cardano-node.warnings.hub" -}}
{{- $hub := .Values.forgeManager.clusterManagement.hub -}}
{{- if and $hub.kubeconfigSecret (not $hub.namespace) }}
forgeManager.clusterManagement.hub.namespace: empty, so this cluster uses the Lease in the hub's namespace {{ .Release.Namespace }}. A cluster whose release has another namespace would forge at the same time. Set the same in every cluster.
{{- end }}
{{- if $hub.goOnAlone }}
forgeManager.clusterManagement.hub.goOnAlone: if the hub is unreachable, this cluster forges anyway, and so may another at the same time, with the same keys. Set it to false, unless you make sure that no other cluster does.
{{- end }}
{{- if eq "true" (include "cardano-node.hub.accessForAnother" .) }}
forgeManager.clusterManagement.hub.access.create: the hub's objects are in this cluster now. Render them with helm template, apply them to the hub, and set this to false here.
{{- end }}
{{- with .Values.networkPolicy }}
{{- if and .enabled .egress.apiServer.cidrs $hub.kubeconfigSecret }}
networkPolicy.egress.apiServer.cidrs: this rule also covers the hub. Include its address here, and its port in the ports.
{{- end }}
{{- end }}
{{- end -}}
