{{/*
What is accepted but worth knowing, one line a warning, as NOTES.txt shows it:
which value, what it means, what to do. One define for each concern.
*/}}
{{- define "cardano-node.warnings" -}}
{{- include "cardano-node.warnings.images" . }}
{{- include "cardano-node.warnings.node" . }}
{{- include "cardano-node.warnings.earlier" . }}
{{- if eq "true" (include "cardano-node.managed" .) }}
{{- include "cardano-node.warnings.manager" . }}
{{- end }}
{{- include "cardano-node.warnings.parts" . }}
{{- end -}}

{{- define "cardano-node.warnings.images" -}}
{{- $version := include "cardano-node.nodeVersion" . }}
{{- $least := .Values.cardanoNode.config.minNodeVersion | default (include "cardano-node.network" . | fromJson).minNodeVersion }}
{{- if and $version $least (not .Values.cardanoNode.configFile) (eq "true" (include "cardano-node.nodeVersion.before" (dict "version" $version "least" $least))) }}
image.cardanoNode.tag: {{ include "cardano-node.nodeVersion.tag" . }} is older than {{ $least }}, the oldest version that the configuration of {{ .Values.cardanoNode.network }} is made for. Set a newer tag, or cardanoNode.config.minNodeVersion.
{{- end }}
{{- with .Values.image.forgeManager }}
{{- if and (eq "latest" (toString .tag)) (not .digest) }}
image.forgeManager.tag: latest may be a different program in every pod of a pool. Set a release's tag, or a digest.
{{- end }}
{{- if and .digest (eq .repository $.Whole.image.repository) (ne .digest $.Whole.image.digest) }}
image.forgeManager.digest: this chart was not released with this digest. If --reuse-values kept an earlier chart's digest, upgrade with --reset-then-reuse-values.
{{- end }}
{{- if eq "Always" .pullPolicy }}
image.forgeManager.pullPolicy: Always, so a guard or manager that has died restarts only if the registry answers. Set IfNotPresent.
{{- end }}
{{- end }}
{{- end -}}

{{- define "cardano-node.warnings.node" -}}
{{- $node := .Values.cardanoNode -}}
{{- if $node.configMap }}
cardanoNode.configMap: the content of {{ $node.configMap }} is not checked against the network, and changing it restarts no pod.
{{- end }}
{{- if not $node.configMap }}
{{- $config := include "cardano-node.config.json" . | fromJson }}
{{- if and (eq "GenesisMode" (toString $config.ConsensusMode)) (not (include "cardano-node.topology.json" . | fromJson).peerSnapshotFile) }}
{{ include "cardano-node.config.origin" (dict "root" . "key" "ConsensusMode" "value" "config.consensusMode") }}: GenesisMode uses no bootstrap peers, and without a peer snapshot a node with no ledger finds no peer to sync from. Set cardanoNode.topology.peerSnapshotFile.
{{- end }}
{{- end }}
{{- $seccomp := .Values.securityContext.seccompProfile | default (get .Values.podSecurityContext "seccompProfile") | default dict }}
{{- if and (eq "V2LSM" (toString (include "cardano-node.ledgerDB" . | fromJson).Backend)) (eq "RuntimeDefault" (toString $seccomp.type)) }}
{{ include "cardano-node.ledgerDB.path" (dict "root" . "keys" (list "LedgerDB" "Backend") "value" "backend") }}: V2LSM needs io_uring, which the seccomp profile RuntimeDefault blocks from containerd 2 on. Set securityContext.seccompProfile to {type: Localhost, localhostProfile: FILE}, a profile on each machine that also allows io_uring_setup, io_uring_enter and io_uring_register.
{{- end }}
{{- include "cardano-node.warnings.memory" . }}
{{- include "cardano-node.warnings.publicPeers" . }}
{{- if and .Values.healthChecks.cardanoNode.livenessProbe.enabled (not .Values.healthChecks.cardanoNode.startupProbe.enabled) }}
healthChecks.cardanoNode.livenessProbe.enabled: a node that is replaying its ledger answers late, so this probe kills it again and again before it has finished. Set healthChecks.cardanoNode.startupProbe.enabled=true: this probe then waits.
{{- end }}
{{- if not .Values.persistence.ledger.enabled }}
persistence.ledger.enabled: false, so the ledger is lost with the pod and must be synced or restored again.
{{- end }}
{{- end -}}

{{- define "cardano-node.warnings.manager" -}}
{{- $manager := .Values.forgeManager -}}
{{- if and (eq "true" (include "cardano-node.elected" .)) (kindIs "bool" .Values.cardanoNode.startAsNonProducing) (not .Values.cardanoNode.startAsNonProducing) }}
cardanoNode.startAsNonProducing: false is ignored: with an election every node starts non-producing, otherwise two could forge.
{{- end }}
{{- $own := .Values.cardanoNode.config.overrides }}
{{- with .Values.cardanoNode.configFile }}{{ $own = fromYaml . }}{{ end }}
{{- if and (eq "true" (include "cardano-node.elected" .)) (eq "false" (toString $own.StartAsNonProducingNode)) }}
{{ include "cardano-node.config.origin" (dict "root" . "key" "StartAsNonProducingNode") }}: StartAsNonProducingNode is ignored: with an election it is true for every node, otherwise two could forge.
{{- end }}
{{- if eq "true" (include "cardano-node.elected" .) }}
{{- include "cardano-node.warnings.election" . }}
{{- end }}
{{- if eq "existence" $manager.credentialChecks }}
forgeManager.credentialChecks: existence, so the gate opens for credentials that cardano-node refuses, and the node exits at start.
{{- end }}
{{- if $manager.holdForging }}
forgeManager.holdForging: nothing forges until this is false.
{{- end }}
{{- if $manager.livenessFence }}
forgeManager.livenessFence: a manager that does not answer for {{ max 3 (sub (include "cardano-node.leaseDuration" . | int) 5) }} s gets its node killed, and the node may take long to restart.
{{- end }}
{{- $pool := $manager.multiTenant.pool }}
{{- if and $manager.multiTenant.enabled (regexMatch "^[0-9a-fA-F]{56}$" ($pool.id | default $pool.idHex)) }}
forgeManager.multiTenant.pool.{{ empty $pool.id | ternary "idHex" "id" }}: hex digits name a different Lease ({{ include "cardano-node.names.lease" . }}) than pool1... does, so a release of this pool that uses the other form would forge at the same time. Set pool.id to pool1... in all of them.
{{- end }}
{{- if and $manager.multiTenant.enabled (not (include "cardano-node.names.pool" .)) }}
forgeManager.multiTenant.enabled: the pool's id is missing, so the Lease has the same name as without multiTenant, and another release of the pool does not share it. Set multiTenant.pool.id.
{{- end }}
{{- with $manager.multiTenant.pool.ticker }}
{{- if ne "true" (include "cardano-node.isTicker" .) }}
forgeManager.multiTenant.pool.ticker: {{ . }} is not a ticker, which has up to 5 capital letters and digits. It is for information only. Set your pool's ticker.
{{- end }}
{{- end }}
{{- if and $manager.multiTenant.enabled (eq "true" (include "cardano-node.poolPlaceholder" $manager.multiTenant.pool.id)) }}
forgeManager.multiTenant.pool.id: {{ $manager.multiTenant.pool.id }} is a placeholder. Set the id of your pool: certificates are checked against it, and the Lease is named after it.
{{- end }}
{{- end -}}
