{{/* The name of every object, each written once. */}}

{{- define "cardano-node.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Cut at 44: the longest derived name adds 19 characters (-forge-metrics and a StatefulSet's revision). */}}
{{- define "cardano-node.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- $full := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- .Values.fullnameOverride | default $full | trunc 44 | trimSuffix "-" -}}
{{- end -}}

{{- define "cardano-node.names.config" -}}{{ include "cardano-node.fullname" . }}-config{{- end -}}
{{- define "cardano-node.names.dashboards" -}}{{ include "cardano-node.fullname" . }}-dashboards{{- end -}}
{{- define "cardano-node.names.p2pService" -}}{{ include "cardano-node.fullname" . }}-p2p{{- end -}}
{{- define "cardano-node.names.metricsService" -}}{{ include "cardano-node.fullname" . }}-metrics{{- end -}}
{{- define "cardano-node.names.forgeMetricsService" -}}{{ include "cardano-node.fullname" . }}-forge-metrics{{- end -}}
{{- define "cardano-node.names.forgingService" -}}{{ include "cardano-node.fullname" . }}-forging{{- end -}}
{{- define "cardano-node.names.submitApiService" -}}{{ include "cardano-node.fullname" . }}-submit-api{{- end -}}
{{- define "cardano-node.names.mithrilService" -}}{{ include "cardano-node.fullname" . }}-mithril{{- end -}}
{{- define "cardano-node.names.role" -}}{{ include "cardano-node.fullname" . }}-forge-manager{{- end -}}

{{- define "cardano-node.names.keysSecret" -}}
{{- .Values.forgeManager.secretName | default (printf "%s-forging-keys" (include "cardano-node.fullname" .)) -}}
{{- end -}}

{{- define "cardano-node.names.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (.Values.serviceAccount.create | ternary (include "cardano-node.fullname" .) "default") -}}
{{- end -}}

{{/* {network}-{short id} of the pool, or nothing; the short id is the earlier chart's. */}}
{{- define "cardano-node.names.pool" -}}
{{- $tenant := .Values.forgeManager.multiTenant -}}
{{- $id := $tenant.pool.id | default $tenant.pool.idHex -}}
{{- if and $tenant.enabled $id -}}
{{ .Values.cardanoNode.network }}-{{ $id | trunc (hasPrefix "pool1" $id | ternary 10 8) | trimSuffix "-" }}
{{- end -}}
{{- end -}}

{{/* Lease and CardanoLeader: with a pool, named after it, so that all sidecars of that pool meet on them. */}}
{{- define "cardano-node.names.ofPool" -}}
{{- with include "cardano-node.names.pool" . }}cardano-leader-{{ . }}{{ end -}}
{{- end -}}

{{- define "cardano-node.names.leader" -}}
{{- printf "%s-leader" (include "cardano-node.fullname" .) -}}
{{- end -}}

{{- define "cardano-node.names.lease" -}}
{{- include "cardano-node.names.ofPool" . | default .Values.forgeManager.legacy.lease.name | default (include "cardano-node.names.leader" .) -}}
{{- end -}}

{{- define "cardano-node.names.cardanoLeader" -}}
{{- include "cardano-node.names.ofPool" . | default .Values.forgeManager.legacy.crd.cardanoLeader.name | default (include "cardano-node.names.leader" .) -}}
{{- end -}}

{{- define "cardano-node.names.forgeCluster" -}}
{{- $manager := .Values.forgeManager -}}
{{- $pool := include "cardano-node.names.pool" . -}}
{{- $region := $manager.clusterManagement.region -}}
{{- if and $pool $region -}}
{{ $pool }}-{{ $region }}
{{- else -}}
{{- $manager.legacy.crd.cardanoForgeCluster.name | default (printf "%s-forge-cluster" (include "cardano-node.fullname" .)) -}}
{{- end -}}
{{- end -}}
