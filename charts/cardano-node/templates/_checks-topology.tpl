{{/*
What the node refuses at start, or reads differently than intended
(cardano-node 10.5.4 to 11.0.1, Configuration/TopologyP2P.hs; ouroboros-network 1.1,
OrphanInstances.hs and RelayAccessPoint.hs): (dict "root" $ "config" dict "topology" dict)
*/}}
{{- define "cardano-node.checks.topology" -}}
{{- $topology := .topology -}}
{{- $at := empty .root.Values.cardanoNode.topologyFile | ternary "cardanoNode.topology.%s" "cardanoNode.topologyFile%.0s" -}}
{{- $lists := true }}
{{- range $key := list "bootstrapPeers" "localRoots" "publicRoots" }}
{{- $there := index $topology $key }}
{{- if not (or (kindIs "slice" $there) (and (eq $key "bootstrapPeers") (kindIs "invalid" $there))) }}
{{- $lists = false }}
{{ printf $at $key }}: {{ $key }} is not a list, so the node would not start. Set a list of peers, which may be [].
{{- end }}
{{- end }}
{{- if not (has (kindOf $topology.useLedgerAfterSlot) (list "invalid" "float64")) }}
{{ printf $at "useLedgerAfterSlot" }}: {{ $topology.useLedgerAfterSlot }} is not a number, so the node would not start. Set the slot as a number.
{{- end }}
{{- if $lists }}
{{- $bootstrap := $topology.bootstrapPeers }}
{{- $trusted := false }}
{{- range $group := $topology.localRoots }}
{{- if kindIs "map" $group }}
{{- if and $group.trustable $group.accessPoints }}{{ $trusted = true }}{{ end }}
{{- if not (or (hasKey $group "valency") (hasKey $group "hotValency")) }}
{{ printf $at "localRoots" }}: a group has neither hotValency nor valency, so the node would not start. Set the number of peers to keep.
{{- end }}
{{- end }}
{{- end }}
{{- range $kind, $groups := dict "localRoots" $topology.localRoots "publicRoots" $topology.publicRoots "bootstrapPeers" (list (dict "accessPoints" ($bootstrap | default list))) }}
{{- range $group := $groups }}
{{- $group := kindIs "map" $group | ternary $group dict }}
{{- if not (kindIs "slice" $group.accessPoints) }}
{{ printf $at $kind }}: a group of {{ $kind }} has no accessPoints, so the node would not start. Add its list of peers, which may be [].
{{- else }}
{{- range $peer := $group.accessPoints }}
{{- include "cardano-node.checks.peer" (dict "peer" $peer "path" (printf $at $kind)) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- if and (kindIs "slice" $bootstrap) (empty $bootstrap) (not $trusted) }}
{{- $named := eq "true" (include "cardano-node.isDefault" (dict "root" .root "path" "cardanoNode.topology.bootstrapPeers")) | ternary "cardanoNode.network" "cardanoNode.topology.bootstrapPeers" }}
{{ empty .root.Values.cardanoNode.topologyFile | ternary $named "cardanoNode.topologyFile" }}: there is no bootstrap peer, and no local root with peers is trustable, so the node would not start. Set trustable to true for a group of localRoots that has peers, or add a bootstrap peer.
{{- end }}
{{- end }}
{{- $snapshot := $topology.peerSnapshotFile }}
{{- if and (eq "GenesisMode" (toString .config.ConsensusMode)) $snapshot (not (hasPrefix "/" (toString $snapshot))) }}
{{ printf $at "peerSnapshotFile" }}: the node would look for {{ $snapshot }} in {{ .root.Values.cardanoNode.configDir }}, where the chart puts no such file, and in GenesisMode it does not start without it. Set the file's path in the node's image, or in your own volume.
{{- end }}
{{- end -}}

{{/* One peer: (dict "peer" dict "path" "whose value"). */}}
{{- define "cardano-node.checks.peer" -}}
{{- $peer := kindIs "map" .peer | ternary .peer dict -}}
{{- if not (kindIs "string" $peer.address) }}
{{ .path }}: a peer has no address, so the node would not start. Write {address: NAME, port: NUMBER}.
{{- else if has $peer.address (list "0.0.0.0" "::") }}
{{ .path }}: {{ $peer.address }} is not the address of a peer, so the node would not start. Set the peer's address.
{{- else if not (has (kindOf $peer.port) (list "invalid" "float64")) }}
{{ .path }}: the port {{ $peer.port | quote }} of {{ $peer.address }} is not a number, so the node would look up an SRV record of that name instead. Write it without quotes.
{{- end }}
{{- end -}}
