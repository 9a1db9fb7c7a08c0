{{/*
Checks across values, one line a problem: which value, what is wrong, what to do.
The schema checks single values.
*/}}
{{- define "cardano-node.checks.problems" -}}
{{- $node := .Values.cardanoNode -}}
{{- $manager := .Values.forgeManager -}}
{{- if and (eq "true" (include "cardano-node.producesAlone" .)) (gt (int .Values.replicaCount) 1) }}
cardanoNode.blockProducer: without a forge manager each of the {{ .Values.replicaCount }} replicas would forge. Set forgeManager.enabled=true, or replicaCount=1.
{{- end }}
{{- if and $manager.enabled (not $node.blockProducer) }}
forgeManager.enabled: a relay has no keys to manage. Set cardanoNode.blockProducer=true, or forgeManager.enabled=false.
{{- end }}
{{- if eq $node.network "custom" }}
{{- range $network, $facts := .Files.Get "files/networks.json" | fromJson }}
{{- if eq (toString (int64 $facts.networkMagic)) (include "cardano-node.network.magic" $) }}
cardanoNode.network: custom has the magic of {{ $network }}. Leases are named after the network, so a release with network {{ $network }} could forge at the same time. Set {{ $network }}.
{{- end }}
{{- end }}
{{- if kindIs "invalid" $node.magic }}
cardanoNode.network: a custom network has no default magic. Set cardanoNode.magic.
{{- end }}
{{- if and (not $node.genesisConfigMap) (not (and $node.genesisUrls.byron $node.genesisUrls.shelley $node.genesisUrls.alonzo $node.genesisUrls.conway)) }}
cardanoNode.network: a custom network has no default genesis files. Set cardanoNode.genesisConfigMap to a ConfigMap that holds them, or set byron, shelley, alonzo and conway in cardanoNode.genesisUrls.
{{- end }}
{{- if and $node.mithril.enabled $node.mithril.restoreSnapshot (not $node.mithril.aggregatorEndpoint) }}
cardanoNode.network: a custom network has no default Mithril aggregator. Set cardanoNode.mithril.aggregatorEndpoint and both keys, or cardanoNode.mithril.enabled=false.
{{- end }}
{{- end }}
{{- if $node.blockProducer }}
{{- include "cardano-node.checks.keyFiles" . }}
{{- end }}
{{- if and $manager.enabled (eq $manager.nodeControl "none") (gt (int .Values.replicaCount) 1) }}
forgeManager.nodeControl: with none, each of the {{ .Values.replicaCount }} replicas would forge. Set replicaCount=1, or nodeControl=sighup.
{{- end }}
{{- if $manager.enabled }}
{{- include "cardano-node.checks.managed" . }}
{{- include "cardano-node.checks.identity" . }}
{{- with $manager.legacy.lease.duration }}
{{- if and $manager.election.leaseDurationSeconds (ne (int .) (int $manager.election.leaseDurationSeconds)) }}
forgeManager.legacy.lease.duration: {{ . }} differs from election.leaseDurationSeconds ({{ $manager.election.leaseDurationSeconds }}), which replaces it. Set it to null, or remove it.
{{- end }}
{{- end }}
{{- include "cardano-node.checks.leaseTimes" (dict "path" "forgeManager.election" "duration" "leaseDurationSeconds" "lease" (include "cardano-node.leaseDuration" .) "times" $manager.election) }}
{{- end }}
{{- if hasSuffix "mochipool/cardano-forge-manager" .Values.image.forgeManager.repository }}
image.forgeManager.repository: {{ .Values.image.forgeManager.repository }} is the earlier project's sidecar, a different program without setup, guard or fence. Remove it: a released chart names its own image.
{{- end }}
{{- include "cardano-node.checks.stops" . }}
{{- include "cardano-node.checks.variables" . }}
{{- include "cardano-node.checks.earlier" . }}
{{- include "cardano-node.checks.nodeConfig" . }}
{{- include "cardano-node.checks.network" . }}
{{- include "cardano-node.checks.nodeVersion" . }}
{{- include "cardano-node.checks.parts" . }}
{{- include "cardano-node.checks.api" . }}
{{- include "cardano-node.checks.clusters" . }}
{{- end -}}

{{/* Where the keys of a block producer come from and go. */}}
{{- define "cardano-node.checks.keyFiles" -}}
{{- $manager := .Values.forgeManager -}}
{{- $named := dict "forgeManager.targetKeys" $manager.targetKeys "forgeManager.sourceKeys" $manager.sourceKeys }}
{{- range $path, $files := $named }}
{{- $places := list $files.kesKey $files.vrfKey $files.opCert }}
{{- if or (eq $path "forgeManager.targetKeys") $.Values.secrets.create }}{{ $places = list (base $files.kesKey) (base $files.vrfKey) (base $files.opCert) }}{{ end }}
{{- if ne 3 (uniq $places | len) }}
{{ $path }}: two of the three files have the same name and would be one file. Rename one.
{{- end }}
{{- end }}
{{- if ne 1 (list (dir $manager.targetKeys.kesKey) (dir $manager.targetKeys.vrfKey) (dir $manager.targetKeys.opCert) | uniq | len) }}
forgeManager.targetKeys: the three files are replaced together, as one directory. Put all three in the same directory.
{{- end }}
{{- $mounted := list (include "cardano-node.paths.keysSource" .) }}
{{- range $manager.extraVolumeMounts }}{{ $mounted = append $mounted (clean .mountPath) }}{{ end }}
{{- range $key, $file := $manager.sourceKeys }}
{{- $there := false }}
{{- /* The Secret's entries are all in one directory. */}}
{{- range $mounted }}{{ if or (eq . (clean $file)) (eq . (dir (clean $file))) (and (ne . (first $mounted)) (hasPrefix (printf "%s/" (trimSuffix "/" .)) (clean $file))) }}{{ $there = true }}{{ end }}{{ end }}
{{- if not $there }}
forgeManager.sourceKeys.{{ $key }}: {{ $file }} is not in a volume of the manager. Set a path in {{ first $mounted }}, where the Secret is mounted, or mount your own volume with forgeManager.extraVolumeMounts.
{{- end }}
{{- end }}
{{- end -}}

{{/* A pool id, a program or a probe that cannot be intended. */}}
{{- define "cardano-node.checks.identity" -}}
{{- $manager := .Values.forgeManager -}}
{{- $id := $manager.multiTenant.pool.id }}
{{- if and $manager.multiTenant.enabled $id (ne "true" (include "cardano-node.poolPlaceholder" $id)) (ne "true" (include "cardano-node.isPoolId" $id)) }}
forgeManager.multiTenant.pool.id: {{ $id }} is not a pool id. Set pool1 and the 51 characters after it, or the 56 hex digits.
{{- end }}
{{- $probe := .Values.healthChecks.cardanoNode.livenessProbe }}
{{- if and $manager.livenessFence $probe.enabled }}
healthChecks.cardanoNode.livenessProbe.enabled: forgeManager.livenessFence already is the node's liveness probe, and a container has only one. Set one of the two to false.
{{- end }}
{{- if and $probe.enabled (eq "/node-liveness" (toString $probe.httpGet.path)) }}
healthChecks.cardanoNode.livenessProbe.httpGet.path: /node-liveness belongs to the manager, whose port has no name in this container. Set forgeManager.livenessFence=true, and this probe's enabled=false.
{{- end }}
{{- end -}}

{{/* What would stop a manager from proving that its node forges, or that it does not. */}}
{{- define "cardano-node.checks.managed" -}}
{{- $manager := .Values.forgeManager -}}
{{- $socket := include "cardano-node.nodeSocket" . }}
{{- if ne $socket .Values.cardanoNode.socketPath }}
forgeManager.nodeSocket: {{ $socket }} is not the node's socket ({{ .Values.cardanoNode.socketPath }}, cardanoNode.socketPath). Leave it null to use the same path.
{{- end }}
{{- if le (int .Values.terminationGracePeriodSeconds) (int $manager.handOverSeconds) }}
{{ include "cardano-node.whichIsSet" (dict "root" . "paths" (list "forgeManager.handOverSeconds" "terminationGracePeriodSeconds")) }}: a hand-over of up to {{ $manager.handOverSeconds }} s (forgeManager.handOverSeconds) leaves the node no time to stop within the {{ .Values.terminationGracePeriodSeconds }} s of its pod. Set a longer terminationGracePeriodSeconds.
{{- end }}
{{- end -}}

{{/* Reports all problems at once, so that you can fix them together. */}}
{{- define "cardano-node.checks" -}}
{{- $problems := include "cardano-node.checks.problems" . | trim -}}
{{- if $problems -}}
{{- fail (printf "\n\nThese values do not go together:\n  - %s\n" (regexReplaceAll "\\n+" $problems "\n  - ")) -}}
{{- end -}}
{{- end -}}
