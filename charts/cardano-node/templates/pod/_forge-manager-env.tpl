{{/* Environment of the manager, with the names of the earlier sidecar. */}}
{{- define "cardano-node.pod.forgeManagerEnv" -}}
{{- $manager := .Values.forgeManager -}}
{{- $tenant := $manager.multiTenant -}}
- name: NAMESPACE
  valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
- name: POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: POD_UID
  valueFrom: {fieldRef: {fieldPath: metadata.uid}}
{{- $settings := merge (include "cardano-node.pod.keeperSettings" . | fromJson) (dict
  "METRICS_PORT" $manager.metricsPort
  "CONFIG_SOURCE_DIR" (include "cardano-node.paths.configSource" .)
  "CONFIG_TARGET_DIR" .Values.cardanoNode.configDir
  "SLEEP_INTERVAL" $manager.sleepInterval
  "SOCKET_WAIT_TIMEOUT" $manager.socketWaitTimeout
  "DISABLE_SOCKET_CHECK" $manager.disableSocketCheck
  "CREDENTIAL_CHECKS" $manager.credentialChecks
  "SOURCE_KES_KEY" $manager.sourceKeys.kesKey
  "SOURCE_VRF_KEY" $manager.sourceKeys.vrfKey
  "SOURCE_OP_CERT" $manager.sourceKeys.opCert
  "NODE_METRICS_URL" (printf "http://127.0.0.1:%v/metrics" .Values.cardanoNode.prometheus.port)
  "FORGING_METRIC" $manager.forgingMetric
  "LEASE_NAME" (include "cardano-node.names.lease" .)
  "LEASE_DURATION" (include "cardano-node.leaseDuration" .)
  "FAILSAFE_SECONDS" (include "cardano-node.failsafe" .)
  "HOLD_FORGING" $manager.holdForging
  "FORGING_LABEL" $manager.forgingService.enabled
  "CRD_ENABLED" $manager.legacy.crd.cardanoLeader.enabled
  "CRD_NAME" (include "cardano-node.names.cardanoLeader" .)
  "CARDANO_NETWORK" .Values.cardanoNode.network
  "NETWORK_MAGIC" (include "cardano-node.network.magic" .))
}}
{{- with include "cardano-node.names.formerLeases" . | fromJsonArray }}
{{- $settings = merge $settings (dict "FORMER_LEASES" (join "," .) "ROLE_NAMES_LEASES" $manager.rbac.create) }}
{{- end }}
{{- with $manager.election.renewDeadlineSeconds }}{{ $_ := set $settings "RENEW_DEADLINE" . }}{{ end }}
{{- with $manager.election.retryPeriodSeconds }}{{ $_ := set $settings "RETRY_PERIOD" . }}{{ end }}
{{- if $tenant.enabled }}
{{- $settings = merge $settings (dict
  "POOL_ID" (include "cardano-node.poolId" .)
  "POOL_ID_HEX" $tenant.pool.idHex
  "POOL_NAME" $tenant.pool.name
  "POOL_TICKER" $tenant.pool.ticker
  "APPLICATION_TYPE" $tenant.application.type)
}}
{{- end }}
{{- if eq "true" (include "cardano-node.clustered" .) }}
{{- $settings = merge $settings (include "cardano-node.clusters.settings" . | fromJson) }}
{{- end }}
{{- if eq .Values.cardanoNode.network "custom" }}
{{- $_ := set $settings "SHELLEY_GENESIS_FILE" (include "cardano-node.config.genesisFiles" . | fromJson).shelleyGenesisFile }}
{{- end }}
{{- $settings = merge $settings (include "cardano-node.environment.outward" . | fromJson) }}
{{- include "cardano-node.env.with" (dict "settings" $settings "extra" $manager.extraEnvVars) }}
{{- end -}}

{{/* Common settings of manager and guard, as JSON. */}}
{{- define "cardano-node.pod.keeperSettings" -}}
{{- $manager := .Values.forgeManager -}}
{{- dict
  "NODE_SOCKET" (include "cardano-node.nodeSocket" .)
  "CARDANO_NODE_PROCESS_NAME" $manager.processName
  "NODE_CONTROL" $manager.nodeControl
  "STATE_DIR" (include "cardano-node.paths.state" .)
  "CHECKED_DIR" (include "cardano-node.paths.checked" .)
  "TARGET_KES_KEY" $manager.targetKeys.kesKey
  "TARGET_VRF_KEY" $manager.targetKeys.vrfKey
  "TARGET_OP_CERT" $manager.targetKeys.opCert
  "LOG_LEVEL" $manager.logLevel
  "LOG_FORMAT" $manager.logFormat
| toJson -}}
{{- end -}}
