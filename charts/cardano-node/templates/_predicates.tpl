{{/*
Predicates: what a release is. Each returns "true" or "false"; use it with `eq "true" (include NAME .)`.
*/}}

{{/* "true" if the pod has a forge manager. */}}
{{- define "cardano-node.managed" -}}
{{- and .Values.cardanoNode.blockProducer .Values.forgeManager.enabled -}}
{{- end -}}

{{/* "true" if the pod has a manager, on a network whose protocol version the chart knows. */}}
{{- define "cardano-node.onPublicNetwork" -}}
{{- and (eq "true" (include "cardano-node.managed" .)) (hasKey (include "cardano-node.network" . | fromJson) "minNodeVersion") -}}
{{- end -}}

{{/* "true" if the managers elect a leader: with nodeControl=none they do not. */}}
{{- define "cardano-node.elected" -}}
{{- and (eq "true" (include "cardano-node.managed" .)) (ne "none" .Values.forgeManager.nodeControl) -}}
{{- end -}}

{{/* "true" if they report in a CardanoLeader who forges, and accept requests in its annotations. */}}
{{- define "cardano-node.reportsLeader" -}}
{{- and (eq "true" (include "cardano-node.elected" .)) .Values.forgeManager.legacy.crd.cardanoLeader.enabled -}}
{{- end -}}

{{/* "true" if the node itself shows whether it forges. */}}
{{- define "cardano-node.observed" -}}
{{- and (eq "true" (include "cardano-node.elected" .)) (ne "" .Values.forgeManager.forgingMetric) -}}
{{- end -}}

{{/* "true" if the node starts without forging: always with an election, whatever is set. */}}
{{- define "cardano-node.startsNonProducing" -}}
{{- or (eq "true" (include "cardano-node.elected" .)) (and .Values.cardanoNode.blockProducer (.Values.cardanoNode.startAsNonProducing | default false)) -}}
{{- end -}}

{{/* "true" for a block producer without a forge manager: one node, which forges from the start. */}}
{{- define "cardano-node.producesAlone" -}}
{{- and .Values.cardanoNode.blockProducer (not .Values.forgeManager.enabled) -}}
{{- end -}}

{{/* "true" if this cluster is one of several: the managers follow its CardanoForgeCluster. */}}
{{- define "cardano-node.clustered" -}}
{{- $manager := .Values.forgeManager -}}
{{- and (eq "true" (include "cardano-node.elected" .)) (or $manager.clusterManagement.enabled $manager.legacy.crd.cardanoForgeCluster.enabled) -}}
{{- end -}}

{{/* "true" if a hub's Lease stops the pool's other clusters from forging. */}}
{{- define "cardano-node.hubbed" -}}
{{- and (eq "true" (include "cardano-node.clustered" .)) .Values.forgeManager.clusterManagement.hub.enabled -}}
{{- end -}}

{{/* "true" if the hub's Lease alone stops every other pod that uses it from forging. */}}
{{- define "cardano-node.excludedByHub" -}}
{{- and (eq "true" (include "cardano-node.hubbed" .)) (not .Values.forgeManager.clusterManagement.hub.goOnAlone) -}}
{{- end -}}

{{/* "true" if the hub is this cluster's own API server. */}}
{{- define "cardano-node.hub.here" -}}
{{- and (eq "true" (include "cardano-node.hubbed" .)) (not .Values.forgeManager.clusterManagement.hub.kubeconfigSecret) -}}
{{- end -}}

{{/* "true" if the objects include the account in the hub: they belong in another cluster. */}}
{{- define "cardano-node.hub.accessForAnother" -}}
{{- and (eq "true" (include "cardano-node.hubbed" .)) (ne "true" (include "cardano-node.hub.here" .)) .Values.forgeManager.clusterManagement.hub.access.create -}}
{{- end -}}

{{/* "true" if they include the Role in the hub. */}}
{{- define "cardano-node.hub.role" -}}
{{- $manager := .Values.forgeManager -}}
{{- $here := and (eq "true" (include "cardano-node.hub.here" .)) (or $manager.rbac.create $manager.clusterManagement.hub.access.create) -}}
{{- or $here (eq "true" (include "cardano-node.hub.accessForAnother" .)) -}}
{{- end -}}

{{/* The earlier chart had both spellings. */}}
{{- define "cardano-node.submitApi.enabled" -}}
{{- or .Values.submitApi.enabled .Values.image.submitApi.enabled -}}
{{- end -}}

{{- define "cardano-node.mithrilSigner.enabled" -}}
{{- or .Values.mithrilSigner.enabled .Values.image.mithrilSigner.enabled -}}
{{- end -}}

{{/* Which of its two names switches it on. */}}
{{- define "cardano-node.mithrilSigner.switch" -}}
{{- .Values.mithrilSigner.enabled | ternary "mithrilSigner.enabled" "image.mithrilSigner.enabled" -}}
{{- end -}}

{{/* "true" if the node's image restores the ledger when there is none. */}}
{{- define "cardano-node.restores" -}}
{{- and .Values.cardanoNode.mithril.enabled .Values.cardanoNode.mithril.restoreSnapshot -}}
{{- end -}}
