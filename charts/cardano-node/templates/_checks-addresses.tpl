{{/* What an address is: no schema can express it briefly. */}}

{{- define "cardano-node.isIPv4" -}}
{{- regexMatch `^(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}$` . -}}
{{- end -}}

{{- define "cardano-node.isIPv6" -}}
{{- regexMatch `^(([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,7}:|([0-9a-fA-F]{1,4}:){1,6}:[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,5}(:[0-9a-fA-F]{1,4}){1,2}|([0-9a-fA-F]{1,4}:){1,4}(:[0-9a-fA-F]{1,4}){1,3}|([0-9a-fA-F]{1,4}:){1,3}(:[0-9a-fA-F]{1,4}){1,4}|([0-9a-fA-F]{1,4}:){1,2}(:[0-9a-fA-F]{1,4}){1,5}|[0-9a-fA-F]{1,4}:(:[0-9a-fA-F]{1,4}){1,6}|:((:[0-9a-fA-F]{1,4}){1,7}|:))$` . -}}
{{- end -}}

{{- define "cardano-node.isAddress" -}}
{{- or (eq "true" (include "cardano-node.isIPv4" .)) (eq "true" (include "cardano-node.isIPv6" .)) -}}
{{- end -}}

{{/* An address and the number of its network bits: 10.0.0.0/8. */}}
{{- define "cardano-node.isRange" -}}
{{- $parts := splitList "/" . -}}
{{- $bits := last $parts -}}
{{- $most := 128 -}}
{{- if eq "true" (include "cardano-node.isIPv4" (first $parts)) }}{{ $most = 32 }}{{ end -}}
{{- and (eq 2 (len $parts)) (eq "true" (include "cardano-node.isAddress" (first $parts))) (regexMatch `^(0|[1-9][0-9]{0,2})$` $bits) (le (int $bits) $most) -}}
{{- end -}}

{{/* Host and port of a URL, whatever else it contains: urlParse fails the template if it finds none. */}}
{{- define "cardano-node.hostOf" -}}
{{- regexReplaceAll "^https?://([^/@]*@)?([^/?#]*).*$" . "${2}" -}}
{{- end -}}

{{/* "true" for an address that answers only within the pod. */}}
{{- define "cardano-node.isLoopback" -}}
{{- or (hasPrefix "127." .) (has . (list "localhost" "::1")) -}}
{{- end -}}

{{- define "cardano-node.checks.addresses" -}}
{{- $policy := .Values.networkPolicy }}
{{- range $path, $where := dict "ingress.p2pFromCIDR" "ingress.p2pFrom" "egress.p2pToCIDR" "egress.p2pTo" "egress.httpsToCIDR" "egress.customRules" "egress.apiServer.cidrs" "" }}
{{- $given := $policy }}
{{- range splitList "." $path }}{{ $given = get $given . }}{{ end }}
{{- range kindIs "string" $given | ternary (list $given) $given | compact }}
{{- if ne "true" (include "cardano-node.isRange" .) }}
networkPolicy.{{ $path }}: {{ . }} is not a range of addresses. Write a range as 10.0.0.0/8 and a single address as 10.0.0.1/32{{ if $where }}; put several as ipBlock into networkPolicy.{{ $where }}{{ end }}.
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.cardanoNode.bindAddress }}
{{- if ne "true" (include "cardano-node.isAddress" .) }}
cardanoNode.bindAddress: {{ . }} is not a valid address, so the node would not start. Set an address such as 0.0.0.0 or ::, without a port (cardanoNode.port).
{{- end }}
{{- end }}
{{- with .Values.service.p2p.loadBalancerIP }}
{{- if ne "true" (include "cardano-node.isAddress" .) }}
service.p2p.loadBalancerIP: {{ . }} is not a valid address. Set an address such as 192.0.2.1, or leave it empty.
{{- end }}
{{- end }}
{{- end -}}
