{{/* What the user adds to the pod: unique names, and mounts of existing volumes. */}}
{{- define "cardano-node.checks.names" -}}
{{- $volumes := include "cardano-node.claims" . | fromJson | keys }}
{{- range include "cardano-node.pod.volumes" . | fromYamlArray }}
{{- if has .name $volumes }}
extraVolumes: the pod would have two volumes named {{ .name }}. Give yours another name.
{{- end }}
{{- $volumes = append $volumes .name }}
{{- end }}
{{- $containers := list }}
{{- $mounts := dict }}
{{- range include "cardano-node.containers" . | fromJsonArray }}
{{- $containers = append $containers .name }}
{{- with .mounts }}{{ $_ := set $mounts . (include "cardano-node.valueAt" (dict "root" $ "path" .) | fromJsonArray) }}{{ end }}
{{- end }}
{{- range $path, $variables := dict "extraEnvVars" .Values.extraEnvVars "submitApi.extraEnvVars" .Values.submitApi.extraEnvVars "mithrilSigner.extraEnvVars" .Values.mithrilSigner.extraEnvVars "forgeManager.extraEnvVars" .Values.forgeManager.extraEnvVars }}
{{- $seen := list }}
{{- range $variables }}
{{- if has .name $seen }}
{{ $path }}: {{ .name }} is listed twice, so the last one would win, or neither. Remove one of the two.
{{- end }}
{{- $seen = append $seen .name }}
{{- end }}
{{- end }}
{{- range $list := list "extraInitContainers" "extraContainers" }}
{{- range $container := index $.Values $list }}
{{- if has $container.name $containers }}
{{ $list }}: another container of the pod is named {{ $container.name }}. Give yours another name.
{{- end }}
{{- $containers = append $containers $container.name }}
{{- $_ := set $mounts $list (concat (get $mounts $list | default list) ($container.volumeMounts | default list)) }}
{{- end }}
{{- end }}
{{- range $path, $list := $mounts }}
{{- range $list }}
{{- if not (has .name $volumes) }}
{{ $path }}: the pod has no volume {{ .name }}. Add it to extraVolumes, or name an existing volume.
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Each directory is a separate mount, and must differ from the mounts of the chart. */}}
{{- define "cardano-node.checks.directories" -}}
{{- $managed := eq "true" (include "cardano-node.managed" .) }}
{{- $signer := eq "true" (include "cardano-node.mithrilSigner.enabled" .) }}
{{- $data := list "cardanoNode.dataDir" .Values.cardanoNode.dataDir }}
{{- $config := list "cardanoNode.configDir" .Values.cardanoNode.configDir }}
{{- $socket := list "cardanoNode.socketPath" (dir .Values.cardanoNode.socketPath) }}
{{- $keys := list "forgeManager.targetKeys" (dir .Values.forgeManager.targetKeys.kesKey) }}
{{- $directories := list $data $config $socket }}
{{- if .Values.cardanoNode.blockProducer }}{{ $directories = append $directories $keys }}{{ end }}
{{- $own := list (list (include "cardano-node.paths.configSource" .) $directories) (list (include "cardano-node.paths.genesisSource" .) $directories) }}
{{- if .Values.cardanoNode.blockProducer }}{{ $own = append $own (list (include "cardano-node.paths.keysSource" .) $directories) }}{{ end }}
{{- if $managed }}
{{- range $path := list (include "cardano-node.paths.checked" .) (include "cardano-node.paths.state" .) }}{{ $own = append $own (list $path (list $config $socket $keys)) }}{{ end }}
{{- end }}
{{- if $signer }}
{{- range $path := list (include "cardano-node.paths.mithrilKeys" .) (include "cardano-node.paths.mithrilStores" .) }}{{ $own = append $own (list $path (list $data $socket)) }}{{ end }}
{{- end }}
{{- range $place, $one := $directories }}
{{- if eq "/" (clean (last $one)) }}
{{ first $one }}: the directory would be /, where no volume can be mounted. Use another directory.
{{- end }}
{{- range $another := slice $directories 0 $place }}
{{- if eq (clean (last $one)) (clean (last $another)) }}
{{- $named := include "cardano-node.whichIsSet" (dict "root" $ "paths" (list (first $another) (first $one))) }}
{{ $named }}: {{ last $one }} is also the directory of {{ eq $named (first $one) | ternary (first $another) (first $one) }}, and each is a separate volume. Use another directory for one of the two.
{{- end }}
{{- end }}
{{- range $of := list "db" "genesis-cache" }}
{{- $ledger := clean (printf "%s/%s" (last $data) $of) }}
{{- if or (eq $ledger (clean (last $one))) (hasPrefix (printf "%s/" $ledger) (clean (last $one))) }}
{{ first $one }}: {{ last $one }} is a separate volume, so the node's data in {{ $ledger }} would no longer be on the ledger's volume. Use a directory outside.
{{- end }}
{{- end }}
{{- end }}
{{- range $taken := $own }}
{{- range $one := last $taken }}
{{- if eq (clean (last $one)) (first $taken) }}
{{ first $one }}: the chart mounts another volume at {{ first $taken }}. Use another directory.
{{- end }}
{{- end }}
{{- end }}
{{- include "cardano-node.checks.mounts" . }}
{{- if not (or .Values.cardanoNode.configFile .Values.cardanoNode.configMap) }}
{{- $files := include "cardano-node.config.genesisFiles" . | fromJson }}
{{- with .Values.cardanoNode.config.checkpointsFile }}{{ $_ := set $files "checkpointsFile" . }}{{ end }}
{{- range $name, $file := $files }}
{{- if not (or (hasPrefix (printf "%s/" (clean (last $config))) (clean $file)) (hasPrefix (printf "%s/" (clean (last $data))) (clean $file))) }}
cardanoNode.config.{{ $name }}: {{ $file }} is not on a volume that setup and node share. Set a path in cardanoNode.configDir ({{ last $config }}).
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The user's mounts: each path once in its container. */}}
{{- define "cardano-node.checks.mounts" -}}
{{- if eq "true" (include "cardano-node.elected" .) }}
{{- range .Values.extraVolumeMounts }}
{{- $mount := clean (toString .mountPath) }}
{{- if or (eq $mount (clean (printf "%s/config.json" $.Values.cardanoNode.configDir))) (hasPrefix (printf "%s/" (dir $.Values.forgeManager.targetKeys.kesKey)) $mount) }}
extraVolumeMounts: {{ .mountPath }} would replace a file that the manager puts there and removes, so two nodes could forge. Put the configuration in cardanoNode.configFile, or the key in the Secret.
{{- end }}
{{- end }}
{{- end }}
{{- range include "cardano-node.containers" . | fromJsonArray }}
{{- $path := .mounts }}
{{- if and $path (ne "[]" (include "cardano-node.valueAt" (dict "root" $ "path" $path))) }}
{{- $container := include .template $ | fromYaml }}
{{- $seen := list }}
{{- range $container.volumeMounts }}
{{- $mount := clean (toString .mountPath) }}
{{- if has $mount $seen }}
{{ $path }}: {{ .mountPath }} is mounted twice in {{ $container.name }}. Choose another mountPath{{ if eq .mountPath (include "cardano-node.paths.keysSource" $) }}, and name it in forgeManager.sourceKeys{{ end }}.
{{- end }}
{{- $seen = append $seen $mount }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
