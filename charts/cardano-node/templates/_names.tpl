{{/* The names of all objects, each defined once. */}}

{{- define "cardano-node.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Of any length: Lease and CardanoLeader are named after it. */}}
{{- define "cardano-node.wholeName" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- $full := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- .Values.fullnameOverride | default $full -}}
{{- end -}}

{{/* At most 52 for a StatefulSet: its pods' revision label adds 11 characters, and a label has at most 63. */}}
{{- define "cardano-node.fullname" -}}
{{- include "cardano-node.names.short" (dict "name" (include "cardano-node.wholeName" .) "most" 52) -}}
{{- end -}}

{{/*
A name, cut if it is too long, with a hash of the whole so that two long names stay different.
  (dict "name" "..." "most" 63 "suffix" "-metrics")
*/}}
{{- define "cardano-node.names.short" -}}
{{- $suffix := .suffix | default "" -}}
{{- $room := sub .most (len $suffix) | int -}}
{{- if gt (len .name) $room -}}
{{ .name | trunc (sub $room 9 | int) | trimSuffix "-" }}-{{ .name | sha256sum | trunc 8 }}{{ $suffix }}
{{- else -}}
{{ .name }}{{ $suffix }}
{{- end -}}
{{- end -}}

{{/* A Service's name is a DNS label; other objects' names have room for 253. (dict "root" $ "part" "p2p") */}}
{{- define "cardano-node.names.service" -}}
{{- include "cardano-node.names.short" (dict "name" (include "cardano-node.fullname" .root) "most" 63 "suffix" (printf "-%s" .part)) -}}
{{- end -}}

{{- define "cardano-node.names.config" -}}{{ include "cardano-node.fullname" . }}-config{{- end -}}
{{- define "cardano-node.names.dashboards" -}}{{ include "cardano-node.fullname" . }}-dashboards{{- end -}}
{{- define "cardano-node.names.role" -}}{{ include "cardano-node.fullname" . }}-forge-manager{{- end -}}

{{- define "cardano-node.names.keysSecret" -}}
{{- .Values.forgeManager.secretName | default (printf "%s-forging-keys" (include "cardano-node.fullname" .)) -}}
{{- end -}}

{{- define "cardano-node.names.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (.Values.serviceAccount.create | ternary (include "cardano-node.fullname" .) "default") -}}
{{- end -}}

{{/* {network}-{short id} of a pool; the short id is the earlier chart's, without characters that names cannot have. (dict "root" . "id" "...") */}}
{{- define "cardano-node.names.shortPool" -}}
{{- $id := regexReplaceAll "[^a-z0-9]+" (lower .id) "-" -}}
{{ .root.Values.cardanoNode.network }}-{{ $id | trunc (hasPrefix "pool1" $id | ternary 10 8) | trimSuffix "-" }}
{{- end -}}

{{/* The same for this pool, or nothing. */}}
{{- define "cardano-node.names.pool" -}}
{{- $tenant := .Values.forgeManager.multiTenant -}}
{{- $id := $tenant.pool.id | default $tenant.pool.idHex -}}
{{- if and $tenant.enabled $id }}{{ include "cardano-node.names.shortPool" (dict "root" . "id" $id) }}{{ end -}}
{{- end -}}

{{/* Lease and CardanoLeader. With a pool they are named after it, so that all its sidecars share them. */}}
{{- define "cardano-node.names.ofPool" -}}
{{- with include "cardano-node.names.pool" . }}cardano-leader-{{ . }}{{ end -}}
{{- end -}}

{{- define "cardano-node.names.leader" -}}
{{- printf "%s-leader" (include "cardano-node.wholeName" .) -}}
{{- end -}}

{{- define "cardano-node.names.lease" -}}
{{- include "cardano-node.names.ofPool" . | default .Values.forgeManager.legacy.lease.name | default (include "cardano-node.names.leader" .) -}}
{{- end -}}

{{/*
All Leases by which pods of this release may elect, during a roll-out and after a rollback, as a JSON
list with its own first. {fullname}-leader is always among them, so any two sets of values of one
release share a Lease.
*/}}
{{- define "cardano-node.names.leases" -}}
{{- $manager := .Values.forgeManager -}}
{{- $names := list (include "cardano-node.names.lease" .) (include "cardano-node.names.leader" .) $manager.legacy.lease.name -}}
{{- range list $manager.multiTenant.pool.id $manager.multiTenant.pool.idHex -}}
{{- if eq "true" (include "cardano-node.isPoolId" .) -}}
{{- $names = append $names (printf "cardano-leader-%s" (include "cardano-node.names.shortPool" (dict "root" $ "id" .))) -}}
{{- end -}}
{{- end -}}
{{- concat $names $manager.election.formerLeases | compact | uniq | toJson -}}
{{- end -}}

{{/* Those except its own. */}}
{{- define "cardano-node.names.formerLeases" -}}
{{- include "cardano-node.names.leases" . | fromJsonArray | rest | toJson -}}
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
