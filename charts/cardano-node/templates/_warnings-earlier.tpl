{{/* What files for the earlier chart bring along, and this chart puts right; one line a warning. */}}
{{- define "cardano-node.warnings.earlier" -}}
{{- $node := .Values.cardanoNode -}}
{{- if and (eq $node.network "mainnet") (eq "true" (include "cardano-node.network.wrongKey" .)) }}
cardanoNode.mithril.genesisVerificationKey: {{ trunc 18 $node.mithril.genesisVerificationKey }}... is the wrong key of earlier examples, whose first number is 131 where that of mainnet's is 191: mainnet's own takes its place. Leave it null.
{{- end }}
{{- end -}}
