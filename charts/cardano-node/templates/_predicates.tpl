{{/*
Predicates: what a release is. Each gives "true" or "false", and is asked with `eq "true" (include NAME .)`.
*/}}

{{/* "true" when the pod has a forge manager. */}}
{{- define "cardano-node.managed" -}}
{{- and .Values.cardanoNode.blockProducer .Values.forgeManager.enabled -}}
{{- end -}}

{{/* "true" when the pod has one, on a network whose protocol version the chart knows. */}}
{{- define "cardano-node.onPublicNetwork" -}}
{{- and (eq "true" (include "cardano-node.managed" .)) (hasKey (include "cardano-node.network" . | fromJson) "minNodeVersion") -}}
{{- end -}}

{{/* "true" when the managers elect a leader: with nodeControl=none nobody is. */}}
{{- define "cardano-node.elected" -}}
{{- and (eq "true" (include "cardano-node.managed" .)) (ne "none" .Values.forgeManager.nodeControl) -}}
{{- end -}}

{{/* "true" when they say in a CardanoLeader who forges, and take wishes from its annotations. */}}
{{- define "cardano-node.reportsLeader" -}}
{{- and (eq "true" (include "cardano-node.elected" .)) .Values.forgeManager.legacy.crd.cardanoLeader.enabled -}}
{{- end -}}

{{/* "true" when the node itself says whether it forges. */}}
{{- define "cardano-node.observed" -}}
{{- and (eq "true" (include "cardano-node.elected" .)) (ne "" .Values.forgeManager.forgingMetric) -}}
{{- end -}}

{{/* "true" when the node is started without forging: always with an election, whatever is set. */}}
{{- define "cardano-node.startsNonProducing" -}}
{{- or (eq "true" (include "cardano-node.elected" .)) (and .Values.cardanoNode.blockProducer (.Values.cardanoNode.startAsNonProducing | default false)) -}}
{{- end -}}

{{/* "true" for a block producer without a forge manager: one node, which forges from its start. */}}
{{- define "cardano-node.producesAlone" -}}
{{- and .Values.cardanoNode.blockProducer (not .Values.forgeManager.enabled) -}}
{{- end -}}

{{/* "true" when this cluster is one of several: the managers follow its CardanoForgeCluster. */}}
{{- define "cardano-node.clustered" -}}
{{- $manager := .Values.forgeManager -}}
{{- and (eq "true" (include "cardano-node.elected" .)) (or $manager.clusterManagement.enabled $manager.legacy.crd.cardanoForgeCluster.enabled) -}}
{{- end -}}

{{/* "true" when a hub's Lease keeps the pool's other clusters from forging. */}}
{{- define "cardano-node.hubbed" -}}
{{- and (eq "true" (include "cardano-node.clustered" .)) .Values.forgeManager.clusterManagement.hub.enabled -}}
{{- end -}}

{{/* "true" when the hub's Lease alone keeps every other pod that goes by it from forging. */}}
{{- define "cardano-node.excludedByHub" -}}
{{- and (eq "true" (include "cardano-node.hubbed" .)) (not .Values.forgeManager.clusterManagement.hub.goOnAlone) -}}
{{- end -}}

{{/* "true" when the hub is this cluster's own API server. */}}
{{- define "cardano-node.hub.here" -}}
{{- and (eq "true" (include "cardano-node.hubbed" .)) (not .Values.forgeManager.clusterManagement.hub.kubeconfigSecret) -}}
{{- end -}}

{{/* "true" when the account in the hub is among the objects: they go to another cluster. */}}
{{- define "cardano-node.hub.accessForAnother" -}}
{{- and (eq "true" (include "cardano-node.hubbed" .)) (ne "true" (include "cardano-node.hub.here" .)) .Values.forgeManager.clusterManagement.hub.access.create -}}
{{- end -}}

{{/* "true" when the Role in the hub is among them. */}}
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

{{/* By which of its two names it is switched on. */}}
{{- define "cardano-node.mithrilSigner.switch" -}}
{{- .Values.mithrilSigner.enabled | ternary "mithrilSigner.enabled" "image.mithrilSigner.enabled" -}}
{{- end -}}

{{/* "true" when the node's image restores the ledger where there is none. */}}
{{- define "cardano-node.restores" -}}
{{- and .Values.cardanoNode.mithril.enabled .Values.cardanoNode.mithril.restoreSnapshot -}}
{{- end -}}
