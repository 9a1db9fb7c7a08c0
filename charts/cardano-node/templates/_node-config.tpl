{{/*
The node's config.json: the user's whole file, or the network's facts, then
cardanoNode.config by the table files/node-config.yaml, then its overrides.
*/}}
{{- define "cardano-node.config.json" -}}
{{- $config := dict -}}
{{- with .Values.cardanoNode.configFile -}}
{{- $config = fromYaml . -}}
{{- else -}}
{{- $config = include "cardano-node.config.composed" . | fromJson -}}
{{- end -}}
{{- /* Last, so that it overrides the rest: an image may not read START_AS_NON_PRODUCING. */ -}}
{{- if eq "true" (include "cardano-node.startsNonProducing" .) }}{{ $_ := set $config "StartAsNonProducingNode" true }}{{ end -}}
{{- toPrettyJson $config -}}
{{- end -}}

{{/* Path of each genesis file for setup and node, by the value's name, as JSON. */}}
{{- define "cardano-node.config.genesisFiles" -}}
{{- $files := dict -}}
{{- range $era := list "byron" "shelley" "alonzo" "conway" -}}
{{- $name := printf "%sGenesisFile" $era -}}
{{- $_ := set $files $name (get $.Values.cardanoNode.config $name | default (printf "%s/genesis/%s-genesis.json" (clean $.Values.cardanoNode.configDir) $era)) -}}
{{- end -}}
{{- toJson $files -}}
{{- end -}}

{{- define "cardano-node.config.composed" -}}
{{- $facts := include "cardano-node.network" . | fromJson -}}
{{- $config := dict "RequiresNetworkMagic" ($facts.requiresNetworkMagic | default "RequiresMagic") -}}
{{- with $facts.minNodeVersion }}{{ $_ := set $config "MinNodeVersion" . }}{{ end -}}
{{- /* No version of the node starts without these three (POM.hs). */ -}}
{{- $block := dict "LastKnownBlockVersion-Major" 3 "LastKnownBlockVersion-Minor" 0 "LastKnownBlockVersion-Alt" 0 -}}
{{- $config = mergeOverwrite $config $block ($facts.genesisHashes | default dict) ($facts.hardForkEpochs | default dict) ($facts.nodeConfig | default dict) -}}
{{- $table := .Files.Get "files/node-config.yaml" | fromYaml -}}
{{- $given := mergeOverwrite (deepCopy .Values.cardanoNode.config) (include "cardano-node.config.genesisFiles" . | fromJson) -}}
{{- range $path, $keys := $table -}}
{{- $value := $given -}}
{{- range $step := splitList "." $path }}{{ with $value }}{{ $value = index . $step }}{{ end }}{{ end -}}
{{- if not (kindIs "invalid" $value) -}}
{{- range $key := reverse $keys }}{{ $value = dict $key $value }}{{ end -}}
{{- $config = mergeOverwrite $config $value -}}
{{- end -}}
{{- end -}}
{{- $backends := list "EKGBackend" "Forwarder" -}}
{{- with .Values.cardanoNode.prometheus -}}
{{- if .enabled }}{{ $backends = append $backends (printf "PrometheusSimple suffix %s %d" .host (int .port)) }}{{ end -}}
{{- end -}}
{{- $backends = append $backends .Values.cardanoNode.config.traceOptions.root.backends.stdout -}}
{{- $config = mergeOverwrite $config (dict "TraceOptions" (dict "" (dict "backends" $backends))) (include "cardano-node.config.checkpoints" . | fromJson) -}}
{{- mergeOverwrite $config (deepCopy .Values.cardanoNode.config.overrides) | toJson -}}
{{- end -}}

{{/* The keys of the checkpoints file, as JSON; none if the network has none or it is switched off. */}}
{{- define "cardano-node.config.checkpoints" -}}
{{- $node := .Values.cardanoNode -}}
{{- $hash := dig "checkpoints" "hash" "" (include "cardano-node.network" . | fromJson) -}}
{{- $file := $node.config.checkpointsFile -}}
{{- if and (kindIs "invalid" $file) $hash (not $node.genesisConfigMap) -}}
{{- $file = printf "%s/checkpoints.json" (dir (include "cardano-node.config.genesisFiles" . | fromJson).shelleyGenesisFile) -}}
{{- end -}}
{{- $keys := dict -}}
{{- with $file }}{{ $_ := set $keys "CheckpointsFile" . }}{{ end -}}
{{- if and $file $hash }}{{ $_ := set $keys "CheckpointsFileHash" $hash }}{{ end -}}
{{- toJson $keys -}}
{{- end -}}

{{- define "cardano-node.topology.json" -}}
{{- with .Values.cardanoNode.topologyFile -}}
{{- fromYaml . | toPrettyJson -}}
{{- else -}}
{{- include "cardano-node.topology.composed" . -}}
{{- end -}}
{{- end -}}

{{- define "cardano-node.topology.composed" -}}
{{- $facts := include "cardano-node.network" . | fromJson -}}
{{- /* Omits bootstrapPeers: a node refuses an empty list if no local root is trustable. */ -}}
{{- $topology := $facts.topology | default (dict "localRoots" list "publicRoots" list "useLedgerAfterSlot" -1) -}}
{{- range $key, $value := .Values.cardanoNode.topology -}}
{{- if not (kindIs "invalid" $value) }}{{ $_ := set $topology $key $value }}{{ end -}}
{{- end -}}
{{- toPrettyJson $topology -}}
{{- end -}}

{{/* Port of the node's EKG page (old tracing, up to 11.0), if the configuration that the chart sees has one. */}}
{{- define "cardano-node.ekg" -}}
{{- if not .Values.cardanoNode.configMap -}}
{{- with (include "cardano-node.config.json" . | fromJson).hasEKG }}{{ toJson . | regexFind "[0-9]+[^0-9]*$" | regexFind "[0-9]+" }}{{ end -}}
{{- end -}}
{{- end -}}

{{/* "true" if the node may have an EKG page. */}}
{{- define "cardano-node.showsEkg" -}}
{{- or .Values.cardanoNode.configMap (include "cardano-node.ekg" .) | empty | not -}}
{{- end -}}

{{/*
Where the node with this configuration shows its metrics, as JSON {host, port}; {}
if it shows none. The new tracing uses the first PrometheusSimple of the root, and
ignores other parts (cardano-node 11.0.1, Tracing/API.hs; forms of the text:
hermod-tracing 2.12, Logging/Types.hs), the old one hasPrometheus.
*/}}
{{- define "cardano-node.config.metrics" -}}
{{- $found := dict -}}
{{- if eq "false" (toString .UseTraceDispatcher) -}}
{{- if and (kindIs "slice" .hasPrometheus) .hasPrometheus }}{{ $found = dict "host" (first .hasPrometheus) "port" (last .hasPrometheus | int) }}{{ end -}}
{{- else -}}
{{- $options := kindIs "map" .TraceOptions | ternary .TraceOptions dict -}}
{{- $root := index $options "" -}}
{{- $root := kindIs "map" $root | ternary $root dict -}}
{{- range $backend := kindIs "slice" $root.backends | ternary $root.backends list -}}
{{- $words := splitList " " (toString $backend) -}}
{{- if and (eq "PrometheusSimple" (first $words)) (not $found) -}}
{{- $host := without (rest (initial $words)) "suffix" "nosuffix" | first | default "127.0.0.1" -}}
{{- $found = dict "host" $host "port" (last $words | int) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $found -}}
{{- end -}}
