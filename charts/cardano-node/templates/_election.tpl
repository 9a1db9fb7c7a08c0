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
