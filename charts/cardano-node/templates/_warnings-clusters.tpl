{{/* Of a cluster among several: what does not keep another one from forging, and what a person has said. */}}
{{- define "cardano-node.warnings.clusters" -}}
{{- $cluster := .Values.forgeManager.clusterManagement -}}
{{- $check := $cluster.healthCheck -}}
{{- $override := $cluster.override -}}
{{- if not $cluster.enabled }}
forgeManager.legacy.crd.cardanoForgeCluster.enabled: means the same as clusterManagement.enabled, which replaces it.
{{- end }}
{{- if not $cluster.hub.enabled }}
forgeManager.clusterManagement.hub.enabled: false, so nothing keeps another cluster from forging with the same keys. This one forges unless its forgeState is Disabled: Priority-based means Enabled.
{{- else }}
{{- include "cardano-node.warnings.hub" . }}
{{- end }}
{{- if and $check.enabled (not $check.endpoint) }}
forgeManager.clusterManagement.healthCheck.endpoint: empty, so nothing is asked and this cluster counts as healthy.
{{- end }}
{{- if not $check.tls.verify }}
forgeManager.clusterManagement.healthCheck.tls.verify: false, so anybody in between can say that this cluster is healthy, or is not.
{{- end }}
{{- if $override.enabled }}
{{- if or $override.forceState $override.forcePriority }}
forgeManager.clusterManagement.override: in the place of forgeState and priority {{ with $override.expiresAt }}until {{ . }}{{ else }}until it is removed{{ end }}.
{{- else }}
forgeManager.clusterManagement.override: enabled, and neither forceState nor forcePriority is set, so it changes nothing.
{{- end }}
{{- end }}
{{- end -}}

{{- define "cardano-node.warnings.hub" -}}
{{- $hub := .Values.forgeManager.clusterManagement.hub -}}
{{- if and $hub.kubeconfigSecret (not $hub.namespace) }}
forgeManager.clusterManagement.hub.namespace: empty, so the hub's Lease is looked for in {{ .Release.Namespace }} there, and a cluster whose release has another namespace would forge beside this one. Set the same in every cluster.
{{- end }}
{{- if $hub.goOnAlone }}
forgeManager.clusterManagement.hub.goOnAlone: with the hub out of reach this cluster forges on its own, and so may another at the same time, with the same keys. Set it to false, unless you see to it that no other does.
{{- end }}
{{- if eq "true" (include "cardano-node.hub.accessForAnother" .) }}
forgeManager.clusterManagement.hub.access.create: what is for the hub is in this cluster now. Render it by helm template, apply it to the hub, and set this to false here.
{{- end }}
{{- with .Values.networkPolicy }}
{{- if and .enabled .egress.apiServer.cidrs $hub.kubeconfigSecret }}
networkPolicy.egress.apiServer.cidrs: the hub is reached by this rule as well, so its address must be among them, and its port among the ports.
{{- end }}
{{- end }}
{{- end -}}
