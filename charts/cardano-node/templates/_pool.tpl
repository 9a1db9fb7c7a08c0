{{/* The pool's id in its common spelling: bech32 may also be all upper case. */}}
{{- define "cardano-node.poolId" -}}
{{- $id := .Values.forgeManager.multiTenant.pool.id -}}
{{- if eq "true" (include "cardano-node.isPoolId" $id) }}{{ lower $id }}{{ else }}{{ $id }}{{ end -}}
{{- end -}}

{{- define "cardano-node.isPoolId" -}}
{{- regexMatch "^(pool1[02-9ac-hj-np-z]{51}|POOL1[02-9AC-HJ-NP-Z]{51}|[0-9a-fA-F]{56})$" . -}}
{{- end -}}

{{/* "true" for the placeholder id of an example. */}}
{{- define "cardano-node.poolPlaceholder" -}}
{{- regexMatch "(?i)^pool1.*(your|example|replace|xxx|[.]{3})" . -}}
{{- end -}}

{{- define "cardano-node.isTicker" -}}
{{- regexMatch "^[A-Z0-9]{1,5}$" . -}}
{{- end -}}
