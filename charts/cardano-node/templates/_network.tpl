{{/* Facts of the chosen network as JSON; an empty object for a custom one. */}}
{{- define "cardano-node.network" -}}
{{- $networks := .Files.Get "files/networks.json" | fromJson -}}
{{- get $networks .Values.cardanoNode.network | default dict | toJson -}}
{{- end -}}

{{/* int: a number of more than six digits would be printed as 7.64824073e+08. */}}
{{- define "cardano-node.network.magic" -}}
{{- $facts := include "cardano-node.network" . | fromJson -}}
{{- .Values.cardanoNode.magic | default $facts.networkMagic | int64 -}}
{{- end -}}

{{/* Address of a genesis file: (dict "root" $ "era" "byron"). */}}
{{- define "cardano-node.network.genesisUrl" -}}
{{- $facts := include "cardano-node.network" .root | fromJson -}}
{{- get .root.Values.cardanoNode.genesisUrls .era | default (get ($facts.genesisUrls | default dict) .era) -}}
{{- end -}}

{{/* Address of the checkpoints file; empty if the network has none. */}}
{{- define "cardano-node.network.checkpointsUrl" -}}
{{- .Values.cardanoNode.genesisUrls.checkpoints | default (dig "checkpoints" "url" "" (include "cardano-node.network" . | fromJson)) -}}
{{- end -}}

{{/* "true" for the key of the earlier chart's mainnet examples: its first number is 131, that of mainnet's key is 191. */}}
{{- define "cardano-node.network.wrongKey" -}}
{{- and .Values.cardanoNode.mithril.enabled (hasPrefix "5b3133312c" (.Values.cardanoNode.mithril.genesisVerificationKey | default "")) -}}
{{- end -}}

{{/* Mithril settings of the network, overridden by the user's, as JSON; the known wrong key is omitted. */}}
{{- define "cardano-node.network.mithril" -}}
{{- $facts := include "cardano-node.network" . | fromJson -}}
{{- $own := dict -}}
{{- range $key := list "aggregatorEndpoint" "genesisVerificationKey" "ancillaryVerificationKey" -}}
{{- with get $.Values.cardanoNode.mithril $key }}{{ $_ := set $own $key . }}{{ end -}}
{{- end -}}
{{- if eq "true" (include "cardano-node.network.wrongKey" .) }}{{ $_ := unset $own "genesisVerificationKey" }}{{ end -}}
{{- merge $own ($facts.mithril | default dict) | toJson -}}
{{- end -}}

{{/* Memory and disk that a node of the network needs, as JSON; a custom one is assumed to be small. */}}
{{- define "cardano-node.network.sizes" -}}
{{- $facts := include "cardano-node.network" . | fromJson -}}
{{- $facts.sizes | default (.Files.Get "files/networks.json" | fromJson).preview.sizes | toJson -}}
{{- end -}}
