{{/* Of Leases that are held beside the release's own. */}}
{{- define "cardano-node.warnings.election" -}}
{{- $manager := .Values.forgeManager -}}
{{- $former := include "cardano-node.names.formerLeases" . | fromJsonArray -}}
{{- with $manager.election.formerLeases }}
forgeManager.election.formerLeases: {{ join ", " . }} cost a leader as many requests as its own Lease. When no pod elects by them any more, take them out.
{{- end }}
{{- with $manager.legacy.lease.name }}
{{- if has . $former }}
forgeManager.legacy.lease.name: {{ . }} is held beside {{ include "cardano-node.names.lease" $ }}. If a release of another pool has it as well, one of the two never forges. When no pod elects by it any more, set it to "".
{{- end }}
{{- end }}
{{- if and $former (not $manager.rbac.create) }}
forgeManager.rbac.create: false, so your own Role must name all of {{ include "cardano-node.names.leases" . | fromJsonArray | join ", " }}, as the chart's does.
{{- end }}
{{- end -}}
