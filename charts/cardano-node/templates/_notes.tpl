{{/* The next steps in NOTES.txt, by kind of release. */}}

{{- define "cardano-node.notes.producer" -}}
{{- $kubectl := printf "kubectl -n %s" .Release.Namespace -}}
{{- $pod := printf "%s-0" (include "cardano-node.fullname" .) -}}
{{- $managed := eq "true" (include "cardano-node.managed" .) }}

{{- $alone := eq "true" (include "cardano-node.startsNonProducing" .) | ternary "cardano-node starts without forging (cardanoNode.startAsNonProducing), and nothing here switches forging on" "cardano-node forges from the start" }}
{{ $managed | ternary "cardano-node starts when its credentials are in place and checked." (printf "%s, with copies of the credentials that the setup container found." $alone) }}{{ if and $managed (ne "true" (include "cardano-node.elected" .)) }} {{ $alone }}.{{ end }}
{{ include "cardano-node.notes.keys" . | trim }}

{{ $managed | ternary "To see whether the node is waiting, and why:" "To see whether the pod is waiting, and why:" }}

  {{ $kubectl }} get pod {{ $pod }}
  {{ $kubectl }} logs {{ $pod }} -c {{ $managed | ternary "cardano-forge-manager" "init-cardano-setup" }}
{{- if $managed }}
  {{ $kubectl }} exec {{ $pod }} -c cardano-forge-manager -- \
    forge-manager probe http://localhost:{{ .Values.forgeManager.metricsPort }}
{{- end }}
{{- end -}}

{{/* Where the keys come from. The Secret's entries have the names in the user's paths. */}}
{{- define "cardano-node.notes.keys" -}}
{{- $secret := include "cardano-node.names.keysSecret" . -}}
{{- $source := .Values.forgeManager.sourceKeys -}}
{{- $mount := printf "%s/" (include "cardano-node.paths.keysSource" .) -}}
{{- $entries := list -}}
{{- $elsewhere := list -}}
{{- range $file, $path := dict "kes.skey" $source.kesKey "node.cert" $source.opCert "vrf.skey" $source.vrfKey -}}
{{- if hasPrefix $mount $path -}}
{{- $entries = append $entries (printf "--from-file=%s" (eq $file (trimPrefix $mount $path) | ternary $file (printf "%s=%s" (trimPrefix $mount $path) $file))) -}}
{{- else }}{{ $elsewhere = append $elsewhere $path }}{{ end -}}
{{- end -}}
{{- with $elsewhere }}
They are read from {{ join ", " . }}, in your own volumes (forgeManager.extraVolumeMounts).
{{- end }}
{{- if .Values.secrets.create }}
They are read from the Secret {{ $secret }}, which this release created from secrets.data.
{{- else if $entries }}
They are read from the Secret {{ $secret }}. If it does not exist yet, create it:

  kubectl -n {{ .Release.Namespace }} create secret generic {{ $secret }} \
    {{ join " " $entries }}
{{- end }}
{{- end -}}

{{- define "cardano-node.notes.relay" -}}
{{- $kubectl := printf "kubectl -n %s" .Release.Namespace -}}
{{- $pod := printf "%s-0" (include "cardano-node.fullname" .) -}}
{{- $service := include "cardano-node.names.service" (dict "root" . "part" "p2p") -}}
{{- $type := include "cardano-node.service.type" (dict "service" .Values.service.p2p "default" (include "cardano-node.service.p2pType" .)) }}

cardano-node {{ eq "true" (include "cardano-node.restores" .) | ternary "restores a Mithril snapshot if it has no ledger, then follows the chain" "follows the chain from where its ledger ends" }}. To see its progress:

  {{ $kubectl }} get pod {{ $pod }}
  {{ $kubectl }} logs {{ $pod }} -c cardano-node --tail=20
{{- $where := dict "ClusterIP" (printf "%s.%s:%v, within the cluster" $service .Release.Namespace .Values.service.p2p.port) "NodePort" "any machine's address and the NodePort" "LoadBalancer" (printf "the external address, port %v" .Values.service.p2p.port) }}

Other nodes reach it at {{ get $where $type }}:

  {{ $kubectl }} get service {{ $service }}
{{- end -}}
