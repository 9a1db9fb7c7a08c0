{{/* What keeps a Mithril signer from signing; one line a problem, as in _checks.tpl. */}}
{{- define "cardano-node.checks.mithrilSigner" -}}
{{- $switch := include "cardano-node.mithrilSigner.switch" . }}
{{- with .Values.image.mithrilSigner }}
{{- if not (or .tag .digest) }}
{{ $switch }}: no image is named, and which one fits depends on your node and your Mithril network. Set image.mithrilSigner.tag to that of a Mithril distribution that supports both, or image.mithrilSigner.digest.
{{- end }}
{{- end }}
{{- if gt (int .Values.replicaCount) 1 }}
{{ $switch }}: each of the {{ .Values.replicaCount }} replicas would sign for the same pool. Set replicaCount=1, or run the signer beside a relay of one replica, with mithrilSigner.secretName.
{{- end }}
{{- $aggregator := include "cardano-node.mithrilSigner.aggregator" . }}
{{- if not $aggregator }}
{{ $switch }}: a custom network has no aggregator of its own. Set mithrilSigner.aggregatorEndpoint.
{{- end }}
{{- range $network, $facts := .Files.Get "files/networks.json" | fromJson }}
{{- if and (ne $network $.Values.cardanoNode.network) $aggregator (eq $aggregator $facts.mithril.aggregatorEndpoint) }}
{{ include "cardano-node.whichIsSet" (dict "root" $ "paths" (list "cardanoNode.mithril.aggregatorEndpoint" "mithrilSigner.aggregatorEndpoint")) }}: {{ $aggregator }} is the aggregator of {{ $network }}, and cardanoNode.network is {{ $.Values.cardanoNode.network }}. Leave it null for the network's own.
{{- end }}
{{- end }}
{{- if and .Values.cardanoNode.blockProducer (not .Values.mithrilSigner.secretName) }}
{{- range $key := list "kesKey" "opCert" }}
{{- $nodes := get $.Values.forgeManager.sourceKeys $key }}
{{- $signers := get $.Values.mithrilSigner.keys $key }}
{{- if and (eq (include "cardano-node.paths.keysSource" $) (dir $nodes)) (eq (include "cardano-node.paths.mithrilKeys" $) (dir $signers)) (ne (base $nodes) (base $signers)) }}
{{ include "cardano-node.whichIsSet" (dict "root" $ "paths" (list (printf "forgeManager.sourceKeys.%s" $key) (printf "mithrilSigner.keys.%s" $key))) }}: the Secret's entry is {{ base $nodes }} to the node and {{ base $signers }} to the signer, of one Secret. Give it one name in forgeManager.sourceKeys and mithrilSigner.keys, or name another in mithrilSigner.secretName.
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
