{{/* A node's memory and peers; one line a warning, as NOTES.txt shows it. */}}

{{/* With its state in memory, a node that gets less is killed, at the latest while it replays. */}}
{{- define "cardano-node.warnings.memory" -}}
{{- $sizes := include "cardano-node.network.sizes" . | fromJson }}
{{- $resources := include "cardano-node.pod.cardanoNodeResources" . | fromYaml }}
{{- $limit := dig "limits" "memory" "" $resources | toString }}
{{- $backend := (include "cardano-node.ledgerDB" . | fromJson).Backend | default "V2InMemory" }}
{{- if and $limit (ne "custom" .Values.cardanoNode.network) (eq "V2InMemory" $backend) (lt (include "cardano-node.quantity" $limit | float64) (include "cardano-node.quantity" $sizes.memoryRequest | float64)) }}
resources.cardanoNode.limits.memory: {{ $limit }}, but a node on {{ .Values.cardanoNode.network }} needs {{ $sizes.memoryRequest }}. A node that uses more than the limit is killed, and replays its ledger again. Set more, or remove memory from resources.cardanoNode to use the network's default.
{{- end }}
{{- end -}}

{{- define "cardano-node.warnings.publicPeers" -}}
{{- if and .Values.cardanoNode.blockProducer (not .Values.cardanoNode.configMap) }}
{{- $topology := include "cardano-node.topology.json" . | fromJson }}
{{- $public := list }}
{{- if $topology.bootstrapPeers }}{{ $public = append $public "bootstrapPeers" }}{{ end }}
{{- range $topology.publicRoots }}{{ if .accessPoints }}{{ $public = append $public "publicRoots" }}{{ end }}{{ end }}
{{- if kindIs "float64" $topology.useLedgerAfterSlot }}{{ if ge $topology.useLedgerAfterSlot 0.0 }}{{ $public = append $public "useLedgerAfterSlot" }}{{ end }}{{ end }}
{{- with uniq $public }}
cardanoNode.{{ empty $.Values.cardanoNode.topologyFile | ternary "topology" "topologyFile" }}: the block producer connects to public peers ({{ join ", " . }}), which then know its address. List your relays in localRoots, with trustable=true, and set bootstrapPeers and publicRoots to [] and useLedgerAfterSlot to -1.
{{- end }}
{{- end }}
{{- end -}}
