{{/* What the user adds to the pod: a name once, and a mount of a volume that there is. */}}
{{- define "cardano-node.checks.names" -}}
{{- $volumes := include "cardano-node.claims" . | fromJson | keys }}
{{- range include "cardano-node.pod.volumes" . | fromYamlArray }}
{{- if has .name $volumes }}
extraVolumes: the pod has two volumes {{ .name }}. Give yours another name.
{{- end }}
{{- $volumes = append $volumes .name }}
{{- end }}
{{- $containers := list "cardano-node" "init-cardano-setup" "cardano-forge-manager" "forge-guard" "submit-api" "mithril-signer" }}
{{- $mounts := dict "extraVolumeMounts" .Values.extraVolumeMounts }}
{{- if eq "true" (include "cardano-node.managed" .) }}{{ $_ := set $mounts "forgeManager.extraVolumeMounts" .Values.forgeManager.extraVolumeMounts }}{{ end }}
{{- if eq "true" (include "cardano-node.mithrilSigner.enabled" .) }}{{ $_ := set $mounts "mithrilSigner.extraVolumeMounts" .Values.mithrilSigner.extraVolumeMounts }}{{ end }}
{{- range $list := list "extraInitContainers" "extraContainers" }}
{{- range $container := index $.Values $list }}
{{- if has $container.name $containers }}
{{ $list }}: {{ $container.name }} is the name of another container of the pod. Give yours another.
{{- end }}
{{- $containers = append $containers $container.name }}
{{- $_ := set $mounts $list (concat (get $mounts $list | default list) ($container.volumeMounts | default list)) }}
{{- end }}
{{- end }}
{{- range $path, $list := $mounts }}
{{- range $list }}
{{- if not (has .name $volumes) }}
{{ $path }}: {{ .name }} is no volume of the pod. Add it to extraVolumes, or name one that there is.
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Each directory is a mount of its own, beside those that the chart has of its own. */}}
{{- define "cardano-node.checks.directories" -}}
{{- $managed := eq "true" (include "cardano-node.managed" .) }}
{{- $signer := eq "true" (include "cardano-node.mithrilSigner.enabled" .) }}
{{- $data := list "cardanoNode.dataDir" .Values.cardanoNode.dataDir }}
{{- $config := list "cardanoNode.configDir" .Values.cardanoNode.configDir }}
{{- $socket := list "cardanoNode.socketPath" (dir .Values.cardanoNode.socketPath) }}
{{- $keys := list "forgeManager.targetKeys" (dir .Values.forgeManager.targetKeys.kesKey) }}
{{- $directories := list $data $config $socket }}
{{- if .Values.cardanoNode.blockProducer }}{{ $directories = append $directories $keys }}{{ end }}
{{- $mounts := list }}
{{- range $mount := .Values.extraVolumeMounts }}
{{- $mounts = append $mounts (list "extraVolumeMounts" (toString $mount.mountPath) $directories) }}
{{- end }}
{{- $own := list (list (include "cardano-node.paths.configSource" .) $directories) (list (include "cardano-node.paths.genesisSource" .) $directories) }}
{{- if .Values.cardanoNode.blockProducer }}{{ $own = append $own (list (include "cardano-node.paths.keysSource" .) $directories) }}{{ end }}
{{- if $managed }}
{{- range $path := list (include "cardano-node.paths.checked" .) (include "cardano-node.paths.state" .) }}{{ $own = append $own (list $path (list $config $socket $keys)) }}{{ end }}
{{- range $mount := .Values.forgeManager.extraVolumeMounts }}{{ $mounts = append $mounts (list "forgeManager.extraVolumeMounts" (toString $mount.mountPath) (list $config $socket $keys)) }}{{ end }}
{{- end }}
{{- if $signer }}
{{- range $path := list (include "cardano-node.paths.mithrilKeys" .) (include "cardano-node.paths.mithrilStores" .) }}{{ $own = append $own (list $path (list $data $socket)) }}{{ end }}
{{- range $mount := .Values.mithrilSigner.extraVolumeMounts }}{{ $mounts = append $mounts (list "mithrilSigner.extraVolumeMounts" (toString $mount.mountPath) (list $data $socket)) }}{{ end }}
{{- end }}
{{- range $place, $one := $directories }}
{{- range $another := slice $directories 0 $place }}
{{- if eq (clean (last $one)) (clean (last $another)) }}
{{ first $one }}: {{ last $one }} is the directory of {{ first $another }} as well, and each is a volume of its own. Give one of the two another directory.
{{- end }}
{{- end }}
{{- end }}
{{- range $taken := $own }}
{{- range $one := last $taken }}
{{- if eq (clean (last $one)) (first $taken) }}
{{ first $one }}: {{ first $taken }} is where the chart mounts a volume of its own. Give it another directory.
{{- end }}
{{- end }}
{{- end }}
{{- range $mount := $mounts }}
{{- range $one := last $mount }}
{{- if eq (clean (index $mount 1)) (clean (last $one)) }}
{{ first $mount }}: {{ index $mount 1 }} is the directory of {{ first $one }}, which the chart mounts. Choose another mountPath, or another {{ first $one }}.
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

