{{/* What keeps a Mithril signer from signing; one line a problem, as in _checks.tpl. */}}
{{- define "cardano-node.checks.mithrilSigner" -}}
{{- $switch := include "cardano-node.mithrilSigner.switch" . }}
{{- with .Values.image.mithrilSigner }}
{{- if not (or .tag .digest) }}
{{ $switch }}: the image has no tag or digest, and the right one depends on your node and Mithril network. Set image.mithrilSigner.tag to that of a Mithril distribution that supports both, or image.mithrilSigner.digest.
{{- end }}
{{- end }}
{{- if gt (int .Values.replicaCount) 1 }}
{{ $switch }}: each of the {{ .Values.replicaCount }} replicas would sign for the same pool. Set replicaCount=1, or run the signer with a relay of one replica, and set mithrilSigner.secretName.
{{- end }}
{{- $aggregator := include "cardano-node.mithrilSigner.aggregator" . }}
{{- if not $aggregator }}
{{ $switch }}: a custom network has no default aggregator. Set mithrilSigner.aggregatorEndpoint.
{{- end }}
{{- range $network, $facts := .Files.Get "files/networks.json" | fromJson }}
{{- if and (ne $network $.Values.cardanoNode.network) $aggregator (eq $aggregator $facts.mithril.aggregatorEndpoint) }}
{{ include "cardano-node.whichIsSet" (dict "root" $ "paths" (list "cardanoNode.mithril.aggregatorEndpoint" "mithrilSigner.aggregatorEndpoint")) }}: {{ $aggregator }} is the aggregator of {{ $network }}, but cardanoNode.network is {{ $.Values.cardanoNode.network }}. Leave it null to use the network's default.
{{- end }}
{{- end }}
{{- if and .Values.cardanoNode.blockProducer (not .Values.mithrilSigner.secretName) }}
{{- range $key := list "kesKey" "opCert" }}
{{- $nodes := get $.Values.forgeManager.sourceKeys $key }}
{{- $signers := get $.Values.mithrilSigner.keys $key }}
{{- if and (eq (include "cardano-node.paths.keysSource" $) (dir $nodes)) (eq (include "cardano-node.paths.mithrilKeys" $) (dir $signers)) (ne (base $nodes) (base $signers)) }}
{{ include "cardano-node.whichIsSet" (dict "root" $ "paths" (list (printf "forgeManager.sourceKeys.%s" $key) (printf "mithrilSigner.keys.%s" $key))) }}: the entry is called {{ base $nodes }} for the node and {{ base $signers }} for the signer, in the same Secret. Use one name in forgeManager.sourceKeys and mithrilSigner.keys, or set mithrilSigner.secretName to another Secret.
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
