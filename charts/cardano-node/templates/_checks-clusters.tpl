{{/* Checks for one of several clusters; one line a problem, as in _checks.tpl. */}}
{{- define "cardano-node.checks.clusters" -}}
{{- $cluster := .Values.forgeManager.clusterManagement -}}
{{- $hub := $cluster.hub -}}
{{- if and .Values.cardanoNode.blockProducer (or $hub.enabled $hub.access.create) }}
{{- include "cardano-node.checks.hub" . }}
{{- end }}
{{- if and $cluster.healthCheck.tls.caSecret (not $cluster.healthCheck.tls.verify) }}
forgeManager.clusterManagement.healthCheck.tls.caSecret: with tls.verify=false the certificate is not verified, so caSecret has no effect. Set tls.verify=true, or leave caSecret empty.
{{- end }}
{{- end -}}

{{/* What would make the hub's Lease ineffective, or give two clusters one each. */}}
{{- define "cardano-node.checks.hub" -}}
{{- $manager := .Values.forgeManager -}}
{{- $cluster := $manager.clusterManagement -}}
{{- $hub := $cluster.hub -}}
{{- if not $hub.enabled }}
forgeManager.clusterManagement.hub.access.create: there is no hub to give access to. Set hub.enabled=true, or access.create=false.
{{- else if ne "true" (include "cardano-node.elected" .) }}
forgeManager.clusterManagement.hub.enabled: nothing switches this node off, so no Lease can stop it from forging. Set forgeManager.enabled=true and nodeControl=sighup, or hub.enabled=false.
{{- else if ne "true" (include "cardano-node.clustered" .) }}
forgeManager.clusterManagement.hub.enabled: without clusterManagement.enabled the managers do not use the hub. Set clusterManagement.enabled=true, or hub.enabled=false.
{{- else }}
{{- if not $cluster.region }}
forgeManager.clusterManagement.hub.enabled: the hub identifies clusters by region. Set clusterManagement.region to a name that no other cluster of the pool uses.
{{- end }}
{{- if not (or $hub.leaseName (include "cardano-node.hub.poolId" .)) }}
forgeManager.clusterManagement.hub.enabled: all clusters of the pool must use the same Lease. Set multiTenant.enabled=true and multiTenant.pool.id to the id as pool1..., or the same hub.leaseName in every cluster.
{{- end }}
{{- if and (eq "true" (include "cardano-node.hub.here" .)) (eq .Release.Namespace (include "cardano-node.hub.namespace" .)) }}
{{- $ofHub := list (include "cardano-node.names.hubLease" .) (include "cardano-node.names.hubBoard" .) }}
{{- range include "cardano-node.names.leases" . | fromJsonArray }}
{{- if has . $ofHub }}
{{ include "cardano-node.whichIsSet" (dict "root" $ "paths" (list "forgeManager.election.formerLeases" "forgeManager.legacy.lease.name" "forgeManager.clusterManagement.hub.leaseName")) }}: {{ . }} is both the hub's Lease and a Lease by which these replicas elect their leader. Set another name for one of the two.
{{- end }}
{{- end }}
{{- end }}
{{- include "cardano-node.checks.leaseTimes" (dict "path" "forgeManager.clusterManagement.hub" "duration" "leaseDuration" "lease" $hub.leaseDuration "times" $hub) }}
{{- end }}
{{- end -}}

{{/*
As in the sidecar's election/terms.py: one lost renewal does not lose the lease, and the renew deadline
leaves a second to switch off before the fence, which falls a tenth of the lease, at least 1.5 s,
before its end.
  (dict "path" "..." "duration" "..." "lease" seconds "times" map of renewDeadlineSeconds and retryPeriodSeconds)
*/}}
{{- define "cardano-node.checks.leaseTimes" -}}
{{- $lease := int .lease -}}
{{- $spare := sub (mul 1000 $lease) (add 1000 (max 1500 (mul 100 $lease))) -}}
{{- $deadline := max 1 (min (div (mul 2 $lease) 3) (div $spare 1000)) -}}
{{- $retry := .times.retryPeriodSeconds | default (max 1 (min 2 (div $deadline 2))) | int -}}
{{- $deadline = .times.renewDeadlineSeconds | default $deadline | int -}}
{{- if lt $deadline (mul 2 $retry) }}
{{ .path }}.{{ empty .times.renewDeadlineSeconds | ternary "retryPeriodSeconds" "renewDeadlineSeconds" }}: a deadline of {{ $deadline }} s is shorter than two renewals of {{ $retry }} s, so one lost renewal would lose the lease. {{ if le (mul 2000 $retry) $spare }}Set renewDeadlineSeconds to at least {{ mul 2 $retry }}, or a shorter retryPeriodSeconds.{{ else }}Set a shorter retryPeriodSeconds.{{ end }}
{{- end }}
{{- if gt (mul 1000 $deadline) $spare }}
{{ .path }}.renewDeadlineSeconds: {{ $deadline }} s of a lease of {{ $lease }} s ({{ .duration }}) leave no time to switch the node off. Set at most {{ div $spare 1000 }}, or a longer lease.
{{- end }}
{{- end -}}
