{{/*
Fields of the pod's spec that the chart sets, or that have their own value: not
accepted in podSpec. (Kubernetes refuses hostPID with a shared process namespace.)
*/}}
{{- define "cardano-node.podSpec.own" -}}
{{- dict
  "containers" "extraContainers"
  "initContainers" "extraInitContainers or extraContainers"
  "volumes" "extraVolumes"
  "securityContext" "podSecurityContext"
  "serviceAccountName" "serviceAccount.name"
  "serviceAccount" "serviceAccount.name"
  "activeDeadlineSeconds" ""
  "ephemeralContainers" ""
  "imagePullSecrets" "imagePullSecrets"
  "terminationGracePeriodSeconds" "terminationGracePeriodSeconds"
  "topologySpreadConstraints" "topologySpreadConstraints"
  "nodeSelector" "nodeSelector"
  "affinity" "affinity"
  "tolerations" "tolerations"
  "automountServiceAccountToken" ""
  "shareProcessNamespace" ""
  "hostPID" ""
  "restartPolicy" ""
| toJson -}}
{{- end -}}

{{/*
The pod's containers that belong to the chart, as JSON: name, template, and the path of the user's
mounts in it, if any.
*/}}
{{- define "cardano-node.containers" -}}
{{- $manager := "forgeManager.extraVolumeMounts" -}}
{{- $there := list
  (dict "name" "cardano-node" "template" "cardano-node.pod.cardanoNode" "mounts" "extraVolumeMounts")
  (dict "name" "init-cardano-setup" "template" "cardano-node.pod.initSetup" "mounts" (eq "true" (include "cardano-node.producesAlone" .) | ternary $manager "")) -}}
{{- if eq "true" (include "cardano-node.managed" .) -}}
{{- $there = append $there (dict "name" "cardano-forge-manager" "template" "cardano-node.pod.forgeManager" "mounts" $manager) -}}
{{- $there = append $there (dict "name" "forge-guard" "template" "cardano-node.pod.forgeGuard" "mounts" "") -}}
{{- end -}}
{{- if eq "true" (include "cardano-node.submitApi.enabled" .) -}}
{{- $there = append $there (dict "name" "submit-api" "template" "cardano-node.pod.submitApi" "mounts" "") -}}
{{- end -}}
{{- if eq "true" (include "cardano-node.mithrilSigner.enabled" .) -}}
{{- $there = append $there (dict "name" "mithril-signer" "template" "cardano-node.pod.mithrilSigner" "mounts" "mithrilSigner.extraVolumeMounts") -}}
{{- end -}}
{{- toJson $there -}}
{{- end -}}

{{/* Standbys run on different machines if possible, so that losing a machine loses only one of them. */}}
{{- define "cardano-node.podSpec.spread" -}}
{{- $constraints := .Values.topologySpreadConstraints -}}
{{- if and (kindIs "invalid" $constraints) .Values.cardanoNode.blockProducer (gt (int .Values.replicaCount) 1) -}}
{{- $selector := include "cardano-node.labels.selector" . | fromYaml -}}
{{- $constraints = list (dict
  "maxSkew" 1
  "topologyKey" "kubernetes.io/hostname"
  "whenUnsatisfiable" "ScheduleAnyway"
  "labelSelector" (dict "matchLabels" $selector)) -}}
{{- end -}}
{{- with $constraints }}{{ toYaml . }}{{ end -}}
{{- end -}}

{{/* The user's native sidecar: a second regular container would let the kubelet skip the gate. */}}
{{- define "cardano-node.pod.extraContainer" -}}
{{- merge (dict "restartPolicy" "Always") . | toYaml -}}
{{- end -}}

{{/* A hash of the configuration, so that a change restarts the pods; and the user's annotations. */}}
{{- define "cardano-node.pod.annotations" -}}
{{- $own := dict -}}
{{- if .Values.rolloutOnConfigChange -}}
{{- $_ := set $own "checksum/config" (print (include "cardano-node.config.json" .) (include "cardano-node.topology.json" .) | sha256sum) -}}
{{- end -}}
{{- merge $own .Values.podAnnotations | toYaml -}}
{{- end -}}
