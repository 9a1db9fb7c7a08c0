{{/* What the API server would refuse, which no schema of one value sees; one line a problem, as in _checks.tpl. */}}
{{- define "cardano-node.checks.api" -}}
{{- $full := include "cardano-node.fullname" . }}
{{- if not (regexMatch "^[a-z]([a-z0-9-]*[a-z0-9])?$" $full) }}
fullnameOverride: objects would be called {{ $full }}, and a Service's name begins with a letter and has letters, digits and dashes only. Set fullnameOverride, or install under another release name.
{{- end }}
{{- include "cardano-node.checks.directories" . }}
{{- include "cardano-node.checks.probes" . }}
{{- include "cardano-node.checks.services" . }}
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

{{/* Fields and handlers that Kubernetes refuses in one kind of probe. Of the probes that are rendered. */}}
{{- define "cardano-node.checks.probes" -}}
{{- $managed := eq "true" (include "cardano-node.managed" .) }}
{{- $node := .Values.healthChecks.cardanoNode }}
{{- $probes := dict }}
{{- if not .Values.sleepMode }}
{{- range $kind, $probe := $node }}{{ $_ := set $probes (printf "healthChecks.cardanoNode.%s" $kind) $probe }}{{ end }}
{{- end }}
{{- if $managed }}
{{- range $kind, $probe := .Values.healthChecks.forgeManager }}{{ $_ := set $probes (printf "healthChecks.forgeManager.%s" $kind) $probe }}{{ end }}
{{- end }}
{{- if eq "true" (include "cardano-node.submitApi.enabled" .) }}{{ $_ := set $probes "submitApi.healthCheck" .Values.submitApi.healthCheck }}{{ end }}
{{- if eq "true" (include "cardano-node.mithrilSigner.enabled" .) }}{{ $_ := set $probes "mithrilSigner.healthCheck" .Values.mithrilSigner.healthCheck }}{{ end }}
{{- range $path, $probe := $probes }}
{{- if $probe.enabled }}
{{- $readiness := hasSuffix ".readinessProbe" $path }}
{{- if and (not $readiness) (gt (int $probe.successThreshold) 1) }}
{{ $path }}: a successThreshold of {{ $probe.successThreshold }}, and Kubernetes takes another than 1 in a readiness probe alone. Leave it out.
{{- end }}
{{- if and $readiness $probe.terminationGracePeriodSeconds }}
{{ $path }}: a readiness probe ends no container. Leave terminationGracePeriodSeconds out.
{{- end }}
{{- $handlers := list }}
{{- range list "exec" "grpc" "tcpSocket" }}{{ if kindIs "map" (index $probe .) }}{{ $handlers = append $handlers . }}{{ end }}{{ end }}
{{- if gt (len $handlers) 1 }}
{{ $path }}: {{ join " and " $handlers }}, and a probe has one handler. Leave the others out.
{{- end }}
{{- end }}
{{- end }}
{{- $metrics := .Values.cardanoNode.prometheus }}
{{- $chartsOwn := not (or .Values.sleepMode .Values.cardanoNode.configFile .Values.cardanoNode.configMap .Values.cardanoNode.config.overrides) }}
{{- if and $chartsOwn $metrics.enabled (or (hasPrefix "127." $metrics.host) (has $metrics.host (list "localhost" "::1"))) }}
{{- $asked := dict "livenessProbe" $node.livenessProbe }}
{{- if not $managed }}{{ $_ := set $asked "readinessProbe" $node.readinessProbe }}{{ end }}
{{- range $kind, $probe := $asked }}
{{- if and $probe.enabled (ne "true" (include "cardano-node.probe.hasHandler" $probe)) (eq "metrics" (toString ($probe.httpGet.port | default "metrics"))) (not $probe.httpGet.host) }}
cardanoNode.prometheus.host: {{ $metrics.host }} does not answer at the pod's address, where healthChecks.cardanoNode.{{ $kind }} asks. Set 0.0.0.0, or give this probe another handler, or enabled=false.
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Services: a port twice, and a restriction that one of this type cannot have. */}}
{{- define "cardano-node.checks.services" -}}
{{- $services := .Values.service }}
{{- if and (eq "true" (include "cardano-node.submitApi.enabled" .)) (eq (int $services.submitApi.port) (int .Values.submitApi.healthPort)) }}
service.submitApi.port: {{ $services.submitApi.port }} is submitApi.healthPort as well, and one Service has both. Change one of the two.
{{- end }}
{{- if and (eq "true" (include "cardano-node.elected" .)) .Values.forgeManager.forgingService.enabled .Values.cardanoNode.prometheus.enabled (eq (int $services.p2p.port) (int $services.metrics.port)) }}
service.metrics.port: {{ $services.metrics.port }} is service.p2p.port as well, and the Service of the pod that forges has both. Change one of the two, or set forgeManager.forgingService.enabled=false.
{{- end }}
{{- range $part := list "p2p" "metrics" "submitApi" "mithril" }}
{{- $service := get $services $part }}
{{- $type := dig "type" ($service.type | default $services.type | default "") ($service.spec | default dict) }}
{{- if and (eq "NodePort" $type) (or $services.spec.loadBalancerSourceRanges (dig "loadBalancerSourceRanges" false ($service.spec | default dict))) }}
service.{{ $part }}.type: a NodePort takes no loadBalancerSourceRanges, and would be open to all. Set LoadBalancer, or use networkPolicy and leave them out.
{{- end }}
{{- end }}
{{- end -}}
