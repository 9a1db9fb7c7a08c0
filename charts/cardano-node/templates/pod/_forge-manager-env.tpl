{{/* Environment of the manager; names as the earlier sidecar had them. */}}
{{- define "cardano-node.pod.forgeManagerEnv" -}}
{{- $manager := .Values.forgeManager -}}
{{- $tenant := $manager.multiTenant -}}
- name: NAMESPACE
  valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
- name: POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
{{- $settings := dict
  "NODE_SOCKET" $manager.nodeSocket
  "METRICS_PORT" $manager.metricsPort
  "LOG_LEVEL" $manager.logLevel
  "LOG_FORMAT" $manager.logFormat
  "SLEEP_INTERVAL" $manager.sleepInterval
  "SOCKET_WAIT_TIMEOUT" $manager.socketWaitTimeout
  "DISABLE_SOCKET_CHECK" $manager.disableSocketCheck
  "CREDENTIAL_CHECKS" $manager.credentialChecks
  "SOURCE_KES_KEY" $manager.sourceKeys.kesKey
  "SOURCE_VRF_KEY" $manager.sourceKeys.vrfKey
  "SOURCE_OP_CERT" $manager.sourceKeys.opCert
  "TARGET_KES_KEY" $manager.targetKeys.kesKey
  "TARGET_VRF_KEY" $manager.targetKeys.vrfKey
  "TARGET_OP_CERT" $manager.targetKeys.opCert
  "LEASE_NAME" (include "cardano-node.names.lease" .)
  "LEASE_DURATION" $manager.legacy.lease.duration
  "CRD_NAME" (include "cardano-node.names.cardanoLeader" .)
  "CARDANO_NETWORK" .Values.cardanoNode.network
  "NETWORK_MAGIC" (include "cardano-node.network.magic" .)
}}
{{- if $tenant.enabled }}
{{- $settings = merge $settings (dict
  "POOL_ID" $tenant.pool.id
  "POOL_ID_HEX" $tenant.pool.idHex
  "POOL_NAME" $tenant.pool.name
  "POOL_TICKER" $tenant.pool.ticker
  "APPLICATION_TYPE" $tenant.application.type)
}}
{{- end }}
{{- if eq .Values.cardanoNode.network "custom" }}
{{- $_ := set $settings "SHELLEY_GENESIS_FILE" .Values.cardanoNode.config.shelleyGenesisFile }}
{{- end }}
{{- range $name, $value := $settings }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end -}}
