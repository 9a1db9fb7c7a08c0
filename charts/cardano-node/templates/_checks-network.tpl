{{/*
The network's facts against each other: a node of one network with a peer, a key
or a genesis file of another never syncs, and does not report why.
*/}}
{{- define "cardano-node.checks.network" -}}
{{- $node := .Values.cardanoNode -}}
{{- include "cardano-node.checks.wholeFiles" . }}
{{- $facts := include "cardano-node.network" . | fromJson }}
{{- if $facts }}
{{- $own := $facts.networkMagic | int64 }}
{{- $magic := include "cardano-node.network.magic" . }}
{{- if ne $magic (toString $own) }}
cardanoNode.magic: {{ $magic }} is not the magic of {{ $node.network }}, which is {{ $own }}. Leave it null to use the network's default, or set cardanoNode.network to the network you mean.
{{- end }}
{{- with $node.config.requiresNetworkMagic }}
{{- if ne . $facts.requiresNetworkMagic }}
cardanoNode.config.requiresNetworkMagic: {{ . }} is wrong for {{ $node.network }}, which has {{ $facts.requiresNetworkMagic }}. Leave it null to use the network's default.
{{- end }}
{{- end }}
{{- end }}
{{- range $network, $other := .Files.Get "files/networks.json" | fromJson }}
{{- if ne $network $node.network }}
{{- include "cardano-node.checks.otherNetwork" (dict "root" $ "facts" $facts "network" $network "other" $other) }}
{{- end }}
{{- end }}
{{- if and (ne $node.network "mainnet") (eq "true" (include "cardano-node.network.wrongKey" .)) }}
cardanoNode.mithril.genesisVerificationKey: {{ trunc 18 $node.mithril.genesisVerificationKey }}... is the wrong key from earlier examples (its first number is 131, that of mainnet's key is 191), and cardanoNode.network is {{ $node.network }}. Leave it null to use the network's default.
{{- end }}
{{- end -}}

{{/* What belongs only to another network: (dict "root" $ "facts" own "network" name "other" facts). */}}
{{- define "cardano-node.checks.otherNetwork" -}}
{{- $node := .root.Values.cardanoNode -}}
{{- $mithril := $node.mithril -}}
{{- if $mithril.enabled }}
{{- with $mithril.aggregatorEndpoint }}
{{- if eq "true" (include "cardano-node.isOf" (dict "network" $.network "own" $node.network "host" (include "cardano-node.hostOf" .))) }}
cardanoNode.mithril.aggregatorEndpoint: {{ . }} is an aggregator of {{ $.network }}, but cardanoNode.network is {{ $node.network }}. Leave it null to use the network's default.
{{- end }}
{{- end }}
{{- range $key := list "genesisVerificationKey" "ancillaryVerificationKey" }}
{{- $value := get $mithril $key }}
{{- $own := get ($.facts.mithril | default dict) $key }}
{{- if and $value (eq $value (get $.other.mithril $key)) (ne $value $own) }}
cardanoNode.mithril.{{ $key }}: this is the key of {{ $.network }}, but cardanoNode.network is {{ $node.network }}. Leave it null to use the network's default.
{{- end }}
{{- end }}
{{- end }}
{{- if not (or $node.topologyFile $node.configMap) }}
{{- $known := list }}
{{- range .other.topology.bootstrapPeers }}{{ $known = append $known .address }}{{ end }}
{{- range $node.topology.bootstrapPeers }}
{{- if or (has .address $known) (eq "true" (include "cardano-node.isOf" (dict "network" $.network "own" $node.network "host" .address))) }}
cardanoNode.topology.bootstrapPeers: {{ .address }} is a peer of {{ $.network }}, but cardanoNode.network is {{ $node.network }}. Leave it null to use the network's default.
{{- end }}
{{- end }}
{{- range $kind := list "localRoots" "publicRoots" }}
{{- range get $node.topology $kind | default list }}
{{- range .accessPoints }}
{{- if has .address $known }}
cardanoNode.topology.{{ $kind }}: {{ .address }} is a peer of {{ $.network }}, but cardanoNode.network is {{ $node.network }}. Remove it.
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- if not $node.configMap }}
{{- $hash := (include "cardano-node.config.json" .root | fromJson).ShelleyGenesisHash }}
{{- if and $hash (eq (toString $hash) .other.genesisHashes.ShelleyGenesisHash) }}
{{ empty $node.configFile | ternary "cardanoNode.config.overrides" "cardanoNode.configFile" }}: its ShelleyGenesisHash is that of {{ .network }}, but cardanoNode.network is {{ $node.network }}. Set cardanoNode.network={{ .network }}, or use the file of {{ $node.network }}.
{{- end }}
{{- end }}
{{- end -}}

{{/*
"true" for a host of the public networks' operators whose name contains another network than one's own:
(dict "network" "preview" "own" "mainnet" "host" "..."). Other names tell nothing: a mirror may have any name.
*/}}
{{- define "cardano-node.isOf" -}}
{{- $host := regexReplaceAll ":[0-9]+$" (lower .host) "" -}}
{{- $words := regexSplit "[^a-z0-9]+" $host -1 -}}
{{- and (regexMatch "[.](mithril[.]network|cardano[.]org|iog[.]io|iohk[.]io|cardanofoundation[.]org|emurgornd[.]com)$" $host) (has .network $words) (not (has .own $words)) -}}
{{- end -}}

{{/* The user's files in place of those that the chart composes. */}}
{{- define "cardano-node.checks.wholeFiles" -}}
{{- $node := .Values.cardanoNode -}}
{{- range $name := list "configFile" "topologyFile" }}
{{- with get $node $name }}
{{- with (fromYaml .).Error }}
cardanoNode.{{ $name }}: neither a JSON nor a YAML mapping ({{ regexReplaceAll "\\s+" . " " }}). Set it to the text of the file: --set-file cardanoNode.{{ $name }}=FILE.
{{- end }}
{{- if $node.configMap }}
cardanoNode.{{ $name }}: the ConfigMap {{ $node.configMap }} (cardanoNode.configMap) replaces it. Leave one of the two empty.
{{- end }}
{{- end }}
{{- end }}
{{- if or $node.topologyFile $node.configMap }}
{{- range $key, $value := $node.topology }}
{{- if not (kindIs "invalid" $value) }}
cardanoNode.topology.{{ $key }}: {{ empty $node.configMap | ternary "cardanoNode.topologyFile" "cardanoNode.configMap" }} replaces it. Set it there, and leave this one null.
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
