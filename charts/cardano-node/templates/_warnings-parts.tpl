{{/* What is accepted and should still be known; one line a warning, as NOTES.txt shows it. */}}
{{- define "cardano-node.warnings.parts" -}}
{{- $images := .Values.image }}
{{- range $part := list "submitApi" "mithrilSigner" }}
{{- if (get $images $part).enabled }}
image.{{ $part }}.enabled: means the same as {{ $part }}.enabled, which replaces it.
{{- end }}
{{- end }}
{{- if eq "true" (include "cardano-node.submitApi.enabled" .) }}
{{- if and (eq $images.submitApi.tag "main") (not $images.submitApi.digest) }}
image.submitApi.tag: main is another image every time it is pulled. Set a released tag, or a digest.
{{- end }}
{{- if not .Values.submitApi.skipNodeCheck }}
submitApi.skipNodeCheck: false, so submit-api ends and starts again until the node's socket is there.
{{- end }}
{{- if .Values.cardanoNode.blockProducer }}
submitApi.enabled: beside a block producer, so its clients reach the pod that forges, and what runs beside the node as its user can read what the node reads. A relay serves better.
{{- end }}
{{- end }}
{{- if eq "true" (include "cardano-node.mithrilSigner.enabled" .) }}
{{- if and (eq $images.mithrilSigner.tag "latest") (not $images.mithrilSigner.digest) }}
image.mithrilSigner.tag: latest is another image every time it is pulled. Set the tag of a Mithril distribution, or a digest.
{{- end }}
{{- with .Values.mithrilSigner.eraReader }}
{{- if not (and .address .verificationKey) }}
mithrilSigner.eraReader: empty, so the signer takes the era that its build knows first. Set both, as the Mithril network publishes them.
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.podDisruptionBudget }}
{{- if and .enabled (kindIs "invalid" .maxUnavailable) (not (kindIs "string" .minAvailable)) (not $.Values.autoscaling.enabled) (ge (int .minAvailable) (int $.Values.replicaCount)) }}
podDisruptionBudget.minAvailable: {{ .minAvailable }} of {{ $.Values.replicaCount }} replica(s), so no machine that runs one can be drained.
{{- end }}
{{- end }}
{{- if .Values.secrets.create }}
secrets.create: the keys lie in Helm's release record and wherever these values do, for anyone who reads them there. For test networks only.
{{- end }}
{{- with .Values.forgeManager }}
{{- if or .clusterManagement.enabled .legacy.crd.cardanoForgeCluster.enabled }}
forgeManager.clusterManagement: this cluster is managed as if it were the only one (Priority-based means Enabled): nothing keeps another cluster from forging with the same keys. forgeState Disabled holds forging here.
{{- end }}
{{- end }}
{{- if (index .Values "cardano-forge-crds").enabled }}
cardano-forge-crds.enabled: of no effect. The CRDs are in this chart's crds/: Helm installs them, and later versions come by kubectl apply --server-side -f crds/.
{{- end }}
{{- if .Values.sleepMode }}
sleepMode: the node does not run. Set it to false when the work is done.
{{- end }}
{{- if not .Values.rolloutOnConfigChange }}
rolloutOnConfigChange: false, so a changed configuration waits for the pods' next start.
{{- end }}
{{- $node := .Values.cardanoNode }}
{{- if and (eq "true" (include "cardano-node.elected" .)) (or $node.command (ne (toJson $node.args) "[\"run\"]")) (not (has "--start-as-non-producing-node" (concat $node.command $node.args))) }}
cardanoNode.args: the chart cannot see that this command starts the node non-producing. It must read START_AS_NON_PRODUCING, or be given --start-as-non-producing-node: a node that forges without the lease is ended.
{{- end }}
{{- if and (eq "true" (include "cardano-node.elected" .)) (not .Values.forgeManager.forgingMetric) }}
forgeManager.forgingMetric: empty, so nothing shows whether the node forges: it is assumed to after its SIGHUP, and every hand-over (drain, update, a lost lease) has the node end and start again.
{{- end }}
{{- if eq "true" (include "cardano-node.producesAlone" .) }}
forgeManager.enabled: false beside a block producer, so its node forges from its start: the keys are not checked, new ones need a restart, there is no standby, and nothing ends a node that another was started for.
{{- end }}
{{- with .Values.monitoring }}
{{- if and .enabled .serviceMonitor.enabled (eq "true" (include "cardano-node.managed" $)) (not $.Values.forgeManager.service.enabled) }}
forgeManager.service.enabled: false, so the ServiceMonitor finds no metrics of the forge manager. Set it to true, or monitoring.podMonitor.enabled=true in its place.
{{- end }}
{{- end }}
{{- end -}}
