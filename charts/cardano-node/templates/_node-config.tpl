{{/*
The node's config.json: the user's whole file, or the network's facts, then
cardanoNode.config by the table files/node-config.yaml, then its overrides.
*/}}
{{- define "cardano-node.config.json" -}}
{{- with .Values.cardanoNode.configFile -}}
{{- fromYaml . | toPrettyJson -}}
{{- else -}}
{{- include "cardano-node.config.composed" . -}}
{{- end -}}
{{- end -}}

{{- define "cardano-node.config.composed" -}}
{{- $facts := include "cardano-node.network" . | fromJson -}}
{{- $config := dict "RequiresNetworkMagic" ($facts.requiresNetworkMagic | default "RequiresMagic") -}}
{{- with $facts.minNodeVersion }}{{ $_ := set $config "MinNodeVersion" . }}{{ end -}}
{{- $config = mergeOverwrite $config ($facts.genesisHashes | default dict) ($facts.hardForkEpochs | default dict) -}}
{{- $table := .Files.Get "files/node-config.yaml" | fromYaml -}}
{{- range $path, $keys := $table -}}
{{- $value := $.Values.cardanoNode.config -}}
{{- range $step := splitList "." $path }}{{ with $value }}{{ $value = index . $step }}{{ end }}{{ end -}}
{{- if not (kindIs "invalid" $value) -}}
{{- range $key := reverse $keys }}{{ $value = dict $key $value }}{{ end -}}
{{- $config = mergeOverwrite $config $value -}}
{{- end -}}
{{- end -}}
{{- $backends := list .Values.cardanoNode.config.traceOptions.root.backends.stdout -}}
{{- with .Values.cardanoNode.prometheus -}}
{{- if .enabled }}{{ $backends = append $backends (printf "PrometheusSimple %s %d" .host (int .port)) }}{{ end -}}
{{- end -}}
{{- $_ := set (index $config.TraceOptions "") "backends" $backends -}}
{{- mergeOverwrite $config (deepCopy .Values.cardanoNode.config.overrides) | toPrettyJson -}}
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
{{- $topology := $facts.topology | default (dict "bootstrapPeers" list "localRoots" list "publicRoots" list "useLedgerAfterSlot" -1) -}}
{{- range $key, $value := .Values.cardanoNode.topology -}}
{{- if not (kindIs "invalid" $value) }}{{ $_ := set $topology $key $value }}{{ end -}}
{{- end -}}
{{- toPrettyJson $topology -}}
{{- end -}}
