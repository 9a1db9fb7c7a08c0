{{/*
Version of cardano-node that will run, such as 11.0.1 or 11.0. Empty if unknown: a digest, a tag that
is not a version (main), another program's image.
*/}}
{{- define "cardano-node.nodeVersion" -}}
{{- $image := .Values.image.cardanoNode -}}
{{- $tag := include "cardano-node.nodeVersion.tag" . -}}
{{- if and (hasSuffix "cardano-node" $image.repository) (not $image.digest) (regexMatch "^v?[0-9]+[.][0-9]+([.][0-9]+)?([-._].*)?$" $tag) -}}
{{- regexFind "[0-9]+[.][0-9]+([.][0-9]+)?" $tag -}}
{{- end -}}
{{- end -}}

{{- define "cardano-node.nodeVersion.tag" -}}
{{- .Values.image.cardanoNode.tag | default .Chart.AppVersion -}}
{{- end -}}

{{/*
Facts of that version, as JSON: its row in files/node-versions.json, or the row before it, or the first
one for an older version. Empty if the version is unknown.
*/}}
{{- define "cardano-node.nodeVersion.facts" -}}
{{- $facts := dict -}}
{{- $version := include "cardano-node.nodeVersion" . -}}
{{- with $version -}}
{{- $rows := include "cardano-node.nodeVersions" $ | fromJsonArray -}}
{{- $facts = first $rows -}}
{{- range $row := $rows -}}
{{- if semverCompare (printf ">=%s" $row.version) $version }}{{ $facts = $row }}{{ end -}}
{{- end -}}
{{- end -}}
{{- toJson $facts -}}
{{- end -}}

{{/* The table, oldest version first, as JSON. */}}
{{- define "cardano-node.nodeVersions" -}}
{{- .Files.Get "files/node-versions.json" -}}
{{- end -}}

{{/*
"true" if one version is older than another: (dict "version" "10.7" "least" "11.0.1"). A tag such as
11.0 means the newest of its line, so only the given parts are compared.
*/}}
{{- define "cardano-node.nodeVersion.before" -}}
{{- $said := splitList "." .version | len -}}
{{- $least := splitList "." .least -}}
{{- semverCompare (printf "<%s" (slice $least 0 (min $said (len $least) 3) | join ".")) .version -}}
{{- end -}}
