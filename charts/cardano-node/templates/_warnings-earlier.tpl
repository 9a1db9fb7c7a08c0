{{/* Mistakes in files for the earlier chart that this chart corrects; one line a warning. */}}
{{- define "cardano-node.warnings.earlier" -}}
{{- $node := .Values.cardanoNode -}}
{{- if and (eq $node.network "mainnet") (eq "true" (include "cardano-node.network.wrongKey" .)) }}
cardanoNode.mithril.genesisVerificationKey: {{ trunc 18 $node.mithril.genesisVerificationKey }}... is the wrong key from earlier examples (its first number is 131, that of mainnet's key is 191), so mainnet's key is used instead. Leave it null.
{{- end }}
{{- end -}}
