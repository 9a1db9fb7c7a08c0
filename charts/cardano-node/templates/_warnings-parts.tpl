{{/* What is accepted and should still be known; one line a warning, as NOTES.txt shows it. */}}
{{- define "cardano-node.warnings.parts" -}}
{{- include "cardano-node.warnings.submitApi" . }}
{{- include "cardano-node.warnings.mithrilSigner" . }}
{{- include "cardano-node.warnings.forging" . }}
{{- if eq "true" (include "cardano-node.clustered" .) }}
{{- include "cardano-node.warnings.clusters" . }}
{{- end }}
{{- include "cardano-node.warnings.pods" . }}
{{- include "cardano-node.warnings.policy" . }}
{{- include "cardano-node.warnings.monitoring" . }}
{{- if (index .Values "cardano-forge-crds").enabled }}
cardano-forge-crds.enabled: of no effect. The CRDs are in this chart's crds/: Helm installs them, and later versions come by kubectl apply --server-side -f crds/.
{{- end }}
{{- end -}}

{{- define "cardano-node.warnings.submitApi" -}}
{{- $image := .Values.image.submitApi -}}
{{- if eq "true" (include "cardano-node.submitApi.enabled" .) }}
{{- if $image.enabled }}
image.submitApi.enabled: means the same as submitApi.enabled, which replaces it.
{{- end }}
{{- if and (eq $image.tag "main") (not $image.digest) }}
image.submitApi.tag: main is another image every time it is pulled. Set a released tag, or a digest.
{{- end }}
{{- if not .Values.submitApi.skipNodeCheck }}
submitApi.skipNodeCheck: false, so submit-api ends and starts again until the node's socket is there.
{{- end }}
{{- if .Values.cardanoNode.blockProducer }}
submitApi.enabled: beside a block producer, so its clients reach the pod that forges, and what runs beside the node as its user can read what the node reads. A relay serves better.
{{- end }}
{{- end }}
{{- end -}}

{{- define "cardano-node.warnings.mithrilSigner" -}}
{{- $image := .Values.image.mithrilSigner -}}
{{- if eq "true" (include "cardano-node.mithrilSigner.enabled" .) }}
{{- if $image.enabled }}
image.mithrilSigner.enabled: means the same as mithrilSigner.enabled, which replaces it.
{{- end }}
{{- if hasSuffix "input-output-hk/mithril-signer" $image.repository }}
image.mithrilSigner.repository: {{ $image.repository }} gets no new images since 2026-07-20. Set ghcr.io/intersectmbo/mithril-signer.
{{- end }}
{{- if and (eq "latest" (toString $image.tag)) (not $image.digest) }}
image.mithrilSigner.tag: latest is another image every time it is pulled. Set the tag of a Mithril distribution, or a digest.
{{- end }}
{{- with .Values.mithrilSigner.eraReader }}
{{- if not (and .address .verificationKey) }}
mithrilSigner.eraReader: empty, so the signer takes the era that its build knows first. Set both, as the Mithril network publishes them.
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Who forges, and where the keys lie. */}}
{{- define "cardano-node.warnings.forging" -}}
{{- $node := .Values.cardanoNode -}}
{{- $manager := .Values.forgeManager -}}
{{- $command := concat $node.command $node.args -}}
{{- if eq "true" (include "cardano-node.elected" .) }}
{{- if not (deepEqual $command (list "run")) }}
cardanoNode.args: the chart cannot see that this command has the node read {{ $node.configDir }}/config.json, which says StartAsNonProducingNode. A node that forges without the lease is ended.
{{- end }}
{{- if not $manager.forgingMetric }}
forgeManager.forgingMetric: empty, so nothing shows whether the node forges: it is assumed to after its SIGHUP, and every hand-over (drain, update, a lost lease) has the node end and start again.
{{- end }}
{{- end }}
{{- if eq "true" (include "cardano-node.producesAlone" .) }}
forgeManager.enabled: false beside a block producer, so its node forges from its start: the keys are not checked, new ones need a restart, there is no standby, and nothing ends a node that another was started for.
{{- end }}
{{- if .Values.secrets.create }}
secrets.create: the keys lie in Helm's release record and wherever these values do, for anyone who reads them there. For test networks only.
{{- end }}
{{- end -}}

{{- define "cardano-node.warnings.pods" -}}
{{- if .Values.sleepMode }}
sleepMode: the node does not run. Set it to false when the work is done.
{{- end }}
{{- if not .Values.rolloutOnConfigChange }}
rolloutOnConfigChange: false, so a changed configuration waits for the pods' next start.
{{- end }}
{{- $budget := .Values.podDisruptionBudget }}
{{- $pods := .Values.autoscaling.enabled | ternary .Values.autoscaling.minReplicas .Values.replicaCount | int }}
{{- if and $budget.enabled (gt $pods 0) }}
{{- /* A part of a pod counts as a whole one (Kubernetes, pkg/controller/disruption, getExpectedPodCount). */}}
{{- $field := kindIs "invalid" $budget.maxUnavailable | ternary "minAvailable" "maxUnavailable" }}
{{- $said := get $budget $field | toString }}
{{- $many := hasSuffix "%" $said | ternary (divf (mulf (trimSuffix "%" $said | float64) $pods) 100 | ceil) (float64 $said) | int }}
{{- if or (and (eq $field "minAvailable") (ge $many $pods)) (and (eq $field "maxUnavailable") (eq 0 $many)) }}
podDisruptionBudget.{{ $field }}: {{ $said }} of {{ $pods }} replica(s), so no machine that runs one can be drained. Set {{ eq 1 $pods | ternary "enabled=false, or maxUnavailable=1 for a node that may be away for a while" "maxUnavailable=1" }}.
{{- end }}
{{- end }}
{{- end -}}

{{/* What of the pods is kept from who should reach them. */}}
{{- define "cardano-node.warnings.policy" -}}
{{- $from := .Values.networkPolicy.ingress }}
{{- if and .Values.networkPolicy.enabled .Values.ingress.enabled }}
{{- $closed := dict }}
{{- range .Values.ingress.hosts }}
{{- range .paths }}
{{- $service := .service | default "submit-api" }}
{{- if and (ne $service "submit-api") (not $from.metricsFromNamespaces) }}{{ $_ := set $closed "metricsFromNamespaces" (list $service "the namespace of your ingress controller") }}{{ end }}
{{- if and (eq $service "submit-api") $from.submitApiFrom }}{{ $_ := set $closed "submitApiFrom" (list $service "your ingress controller") }}{{ end }}
{{- end }}
{{- end }}
{{- range $field, $whom := $closed }}
networkPolicy.ingress.{{ $field }}: the Ingress leads to {{ first $whom }}, and the policy lets only {{ eq $field "submitApiFrom" | ternary "these peers" "pods of the release's namespace" }} in there. Add {{ last $whom }}, if it is not among them.
{{- end }}
{{- end }}
{{- end -}}

{{- define "cardano-node.warnings.monitoring" -}}
{{- with .Values.monitoring }}
{{- if and .enabled .serviceMonitor.enabled (eq "true" (include "cardano-node.managed" $)) (not $.Values.forgeManager.service.enabled) }}
forgeManager.service.enabled: false, so the ServiceMonitor finds no metrics of the forge manager. Set it to true, or monitoring.podMonitor.enabled=true in its place.
{{- end }}
{{- end }}
{{- end -}}
