{{- define "cardano-node.hub.namespace" -}}
{{- .Values.forgeManager.clusterManagement.hub.namespace | default .Release.Namespace -}}
{{- end -}}

{{/* The pool's id in the spelling of all its clusters, or nothing. */}}
{{- define "cardano-node.hub.poolId" -}}
{{- $id := include "cardano-node.poolId" . -}}
{{- if and .Values.forgeManager.multiTenant.enabled (hasPrefix "pool1" $id) (eq "true" (include "cardano-node.isPoolId" $id)) }}{{ $id }}{{ end -}}
{{- end -}}

{{/* The same in every cluster of the pool, so it contains nothing of the release. */}}
{{- define "cardano-node.names.hubLease" -}}
{{- $pool := include "cardano-node.hub.poolId" . -}}
{{- .Values.forgeManager.clusterManagement.hub.leaseName | default (printf "cardano-forge-%s-%s" .Values.cardanoNode.network $pool) -}}
{{- end -}}

{{/* The board on which each cluster reports its state: a Lease without a holder. */}}
{{- define "cardano-node.names.hubBoard" -}}{{ include "cardano-node.names.hubLease" . }}-clusters{{- end -}}

{{/* Account, Role and token in the hub: for this cluster only, so that each can be revoked. */}}
{{- define "cardano-node.names.hubAccess" -}}
{{- include "cardano-node.fullname" . }}-hub-{{ .Values.forgeManager.clusterManagement.region -}}
{{- end -}}

{{/* Who gets the access: the release's own account if the hub is this cluster. */}}
{{- define "cardano-node.hub.account" -}}
{{- if eq "true" (include "cardano-node.hub.here" .) -}}
{{- dict "name" (include "cardano-node.names.serviceAccount" .) "namespace" .Release.Namespace | toJson -}}
{{- else -}}
{{- dict "name" (include "cardano-node.names.hubAccess" .) "namespace" (include "cardano-node.hub.namespace" .) | toJson -}}
{{- end -}}
{{- end -}}

{{/*
The managers' settings for the cluster and the hub, as JSON. They read priority, state and health check
from the CardanoForgeCluster, so that changing these does not restart a node. That the cluster is
disabled is set here too, because it must also apply if they may not read that object.
*/}}
{{- define "cardano-node.clusters.settings" -}}
{{- $cluster := .Values.forgeManager.clusterManagement -}}
{{- $check := $cluster.healthCheck -}}
{{- $settings := dict
  "ENABLE_CLUSTER_MANAGEMENT" true
  "FORGE_CLUSTER_NAME" (include "cardano-node.names.forgeCluster" .)
  "HEALTH_CHECK_TLS_VERIFY" $check.tls.verify -}}
{{- if or (eq "Disabled" $cluster.forgeState) (and $cluster.override.enabled (eq "Disabled" $cluster.override.forceState)) }}
{{- $_ := set $settings "FORGE_STATE" "Disabled" }}
{{- end }}
{{- with $cluster.region }}
{{- $_ := set $settings "CLUSTER_IDENTIFIER" . }}
{{- $_ := set $settings "CLUSTER_REGION" . }}
{{- end }}
{{- if $check.headersSecret }}{{ $_ := set $settings "HEALTH_CHECK_HEADERS_DIR" (include "cardano-node.paths.healthHeaders" .) }}{{ end }}
{{- if $check.tls.caSecret }}{{ $_ := set $settings "HEALTH_CHECK_CA_FILE" (printf "%s/ca.crt" (include "cardano-node.paths.healthCa" .)) }}{{ end }}
{{- if $cluster.hub.enabled }}{{ $settings = merge $settings (include "cardano-node.hub.settings" . | fromJson) }}{{ end }}
{{- toJson $settings -}}
{{- end -}}

{{- define "cardano-node.hub.settings" -}}
{{- $hub := .Values.forgeManager.clusterManagement.hub -}}
{{- $settings := dict
  "HUB_ENABLED" true
  "HUB_NAMESPACE" (include "cardano-node.hub.namespace" .)
  "HUB_LEASE_NAME" (include "cardano-node.names.hubLease" .)
  "HUB_LEASE_DURATION" $hub.leaseDuration
  "HUB_TAKEOVER_SECONDS" $hub.takeoverSeconds
  "HUB_HAND_BACK_SECONDS" $hub.handBackSeconds
  "HUB_GO_ON_ALONE" $hub.goOnAlone -}}
{{- with $hub.renewDeadlineSeconds }}{{ $_ := set $settings "HUB_RENEW_DEADLINE" . }}{{ end }}
{{- with $hub.retryPeriodSeconds }}{{ $_ := set $settings "HUB_RETRY_PERIOD" . }}{{ end }}
{{- if $hub.kubeconfigSecret }}{{ $_ := set $settings "HUB_KUBECONFIG" (printf "%s/kubeconfig" (include "cardano-node.paths.hub" .)) }}{{ end }}
{{- toJson $settings -}}
{{- end -}}
