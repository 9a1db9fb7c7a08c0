{{/* What the version of the node, by its tag, cannot do (files/node-versions.json). */}}
{{- define "cardano-node.checks.nodeVersion" -}}
{{- $facts := include "cardano-node.nodeVersion.facts" . | fromJson -}}
{{- $network := include "cardano-node.network" . | fromJson -}}
{{- if and $facts $network (lt (int $facts.protocolMajor) (int $network.protocolMajor)) }}
{{- $first := dict }}
{{- range include "cardano-node.nodeVersions" . | fromJsonArray }}
{{- if and (not $first) (ge (int .protocolMajor) (int $network.protocolMajor)) }}{{ $first = . }}{{ end }}
{{- end }}
image.cardanoNode.tag: {{ include "cardano-node.nodeVersion.tag" . }} supports protocol versions up to {{ $facts.protocolMajor }}, but {{ .Values.cardanoNode.network }} is at {{ $network.protocolMajor }}, first supported by {{ $first.version }}: this node would never follow the chain. Set {{ $network.minNodeVersion }} or newer, or leave it null to use {{ .Chart.AppVersion }}.
{{- end }}
{{- include "cardano-node.checks.forgingMetric" . }}
{{- include "cardano-node.checks.ledgerDB" (dict "root" . "facts" $facts) }}
{{- end -}}

{{/*
Read in cardano-node's Cardano/Node/Run.hs: up to 10.1.4 the metric is 1 at a non-producing start (9.2.1
and 10.1.4, line 239), 10.2 and 10.2.1 never show 1 after one (line 752), 10.3.0 is the first correct one.
*/}}
{{- define "cardano-node.checks.forgingMetric" -}}
{{- $version := include "cardano-node.nodeVersion" . -}}
{{- if and $version (eq "true" (include "cardano-node.observed" .)) (semverCompare "<10.3" $version) }}
image.cardanoNode.tag: the forging metric of {{ include "cardano-node.nodeVersion.tag" . }} is wrong after a start as a standby, so the node would be killed again and again, or never be seen to forge. Set 10.3.0 or newer, or leave it null to use {{ .Chart.AppVersion }}.
{{- end }}
{{- end -}}

{{/* LedgerDB settings that the node refuses: (dict "root" $ "facts" row of the version). */}}
{{- define "cardano-node.checks.ledgerDB" -}}
{{- $ledger := include "cardano-node.ledgerDB" .root | fromJson -}}
{{- if and $ledger.Backend .facts (not (has $ledger.Backend .facts.ledgerDB.backends)) }}
{{ include "cardano-node.ledgerDB.path" (dict "root" .root "keys" (list "LedgerDB" "Backend") "value" "backend") }}: {{ $ledger.Backend }} is not a backend of cardano-node {{ include "cardano-node.nodeVersion" .root }}, which would exit at start. Set one of {{ join ", " .facts.ledgerDB.backends }}.
{{- end }}
{{- $places := dict "" (include "cardano-node.config.json" .root | fromJson) "LedgerDB" $ledger "LedgerDB.Snapshots" $ledger.Snapshots }}
{{- $values := dict "SnapshotInterval" "snapshotInterval" "NumOfDiskSnapshots" "numOfDiskSnapshots" "QueryBatchSize" "queryBatchSize" }}
{{- if not .root.Values.cardanoNode.configMap }}
{{- range $place, $settings := $places }}
{{- range $key, $value := $values }}
{{- if kindIs "map" $settings }}
{{- $found := get $settings $key }}
{{- if and (hasKey $settings $key) (not (has (kindOf $found) (list "float64" "invalid"))) }}
{{ include "cardano-node.ledgerDB.path" (dict "root" $.root "keys" (append (splitList "." $place | compact) $key) "value" $value) }}: {{ $key }} is {{ toJson $found }}, but the node accepts only a number and would exit at start. Set a number, or remove it to use the node's default.
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
