{{/* Leases that are held in addition to the release's own. */}}
{{- define "cardano-node.warnings.election" -}}
{{- $manager := .Values.forgeManager -}}
{{- $former := include "cardano-node.names.formerLeases" . | fromJsonArray -}}
{{- with $manager.election.formerLeases }}
forgeManager.election.formerLeases: each of {{ join ", " . }} costs a leader as many requests as its own Lease. Remove them when no pod elects by them any more.
{{- end }}
{{- with $manager.legacy.lease.name }}
{{- if has . $former }}
forgeManager.legacy.lease.name: leaders hold {{ . }} as well as {{ include "cardano-node.names.lease" $ }}. If a release of another pool uses it too, one of the two never forges. Set it to "" when no pod elects by it any more.
{{- end }}
{{- end }}
{{- if and $former (not $manager.rbac.create) }}
forgeManager.rbac.create: false, so your own Role must name all of {{ include "cardano-node.names.leases" . | fromJsonArray | join ", " }}, as the chart's does.
{{- end }}
{{- end -}}
