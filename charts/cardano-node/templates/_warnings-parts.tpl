{{/* What is accepted but worth knowing; one line a warning, as NOTES.txt shows it. */}}
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
cardano-forge-crds.enabled: no effect. The CRDs are in this chart's crds/, and Helm installs them. Apply later versions with kubectl apply --server-side -f crds/.
{{- end }}
{{- end -}}

{{- define "cardano-node.warnings.submitApi" -}}
{{- $image := .Values.image.submitApi -}}
{{- if eq "true" (include "cardano-node.submitApi.enabled" .) }}
{{- if $image.enabled }}
image.submitApi.enabled: means the same as submitApi.enabled, which replaces it.
{{- end }}
{{- if and (eq $image.tag "main") (not $image.digest) }}
image.submitApi.tag: main may be a different image at every pull. Set a release's tag, or a digest.
{{- end }}
{{- if not .Values.submitApi.skipNodeCheck }}
submitApi.skipNodeCheck: false, so submit-api exits and restarts until the node's socket exists.
{{- end }}
{{- if .Values.cardanoNode.blockProducer }}
submitApi.enabled: runs beside a block producer, so its clients reach the forging pod. A container that runs as the node's user can also read what the node reads. Use a relay instead.
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
image.mithrilSigner.repository: {{ $image.repository }} has had no new images since 2026-07-20. Set ghcr.io/intersectmbo/mithril-signer.
{{- end }}
{{- if and (eq "latest" (toString $image.tag)) (not $image.digest) }}
image.mithrilSigner.tag: latest may be a different image at every pull. Set the tag of a Mithril distribution, or a digest.
{{- end }}
{{- with .Values.mithrilSigner.eraReader }}
{{- if not (and .address .verificationKey) }}
mithrilSigner.eraReader: empty, so the signer uses the first era that its build knows. Set both values as published by the Mithril network.
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Who forges, and where the keys are. */}}
{{- define "cardano-node.warnings.forging" -}}
{{- $node := .Values.cardanoNode -}}
{{- $manager := .Values.forgeManager -}}
{{- $command := concat $node.command $node.args -}}
{{- if eq "true" (include "cardano-node.elected" .) }}
{{- if not (deepEqual $command (list "run")) }}
cardanoNode.args: the chart cannot see whether this command makes the node read {{ $node.configDir }}/config.json, which sets StartAsNonProducingNode. A node that forges without the lease is killed.
{{- end }}
{{- if not $manager.forgingMetric }}
forgeManager.forgingMetric: empty, so nothing shows whether the node forges. The manager assumes that it forges after the SIGHUP, and every hand-over (drain, update, lost lease) restarts the node.
{{- end }}
{{- end }}
{{- if eq "true" (include "cardano-node.producesAlone" .) }}
forgeManager.enabled: false for a block producer, so its node forges from the start. Keys are not checked, new keys need a restart, there is no standby, and nothing kills a node for which a replacement was started.
{{- end }}
{{- if .Values.secrets.create }}
secrets.create: anyone who can read Helm's release record or these values can read the keys. Use it for test networks only.
{{- end }}
{{- end -}}

{{- define "cardano-node.warnings.pods" -}}
{{- if .Values.sleepMode }}
sleepMode: the node does not run. Set it to false when the work is done.
{{- end }}
{{- if not .Values.rolloutOnConfigChange }}
rolloutOnConfigChange: false, so a changed configuration takes effect only at the pods' next start.
{{- end }}
{{- $budget := .Values.podDisruptionBudget }}
{{- $pods := .Values.autoscaling.enabled | ternary .Values.autoscaling.minReplicas .Values.replicaCount | int }}
{{- if and $budget.enabled (gt $pods 0) }}
{{- /* A fraction of a pod counts as a whole one (Kubernetes, pkg/controller/disruption, getExpectedPodCount). */}}
{{- $field := kindIs "invalid" $budget.maxUnavailable | ternary "minAvailable" "maxUnavailable" }}
{{- $said := get $budget $field | toString }}
{{- $many := hasSuffix "%" $said | ternary (divf (mulf (trimSuffix "%" $said | float64) $pods) 100 | ceil) (float64 $said) | int }}
{{- if or (and (eq $field "minAvailable") (ge $many $pods)) (and (eq $field "maxUnavailable") (eq 0 $many)) }}
podDisruptionBudget.{{ $field }}: {{ $said }} of {{ $pods }} replica(s), so no machine that runs one can be drained. Set {{ eq 1 $pods | ternary "enabled=false, or maxUnavailable=1 if the node may be down for a while" "maxUnavailable=1" }}.
{{- end }}
{{- end }}
{{- end -}}

{{/* What the policy blocks although it should be reachable. */}}
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
networkPolicy.ingress.{{ $field }}: the Ingress leads to {{ first $whom }}, but the policy lets only {{ eq $field "submitApiFrom" | ternary "these peers" "pods of the release's namespace" }} connect there. Add {{ last $whom }} if it is not among them.
{{- end }}
{{- end }}
{{- end -}}

{{- define "cardano-node.warnings.monitoring" -}}
{{- with .Values.monitoring }}
{{- if and .enabled .serviceMonitor.enabled (eq "true" (include "cardano-node.managed" $)) (not $.Values.forgeManager.service.enabled) }}
forgeManager.service.enabled: false, so the ServiceMonitor finds no metrics of the forge manager. Set it to true, or monitoring.podMonitor.enabled=true instead.
{{- end }}
{{- end }}
{{- end -}}
