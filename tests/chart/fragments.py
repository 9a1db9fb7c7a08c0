"""Parts of Kubernetes objects that users write into values: each is right by itself.

The schema leaves them open, because their rules are Kubernetes' own and differ by version.
"""

from __future__ import annotations

from typing import Any

_CLAIM = {"claimName": "own"}
_PEER = {"podSelector": {"matchLabels": {"app": "a"}}}
_RULE = {"from": [_PEER], "ports": [{"port": 9000}]}
_RELABELING = {"action": "replace", "targetLabel": "a", "sourceLabels": ["b"]}
_SERVICE: list[dict[str, Any]] = [
    {"externalTrafficPolicy": "Local"},
    {"externalTrafficPolicy": "Cluster", "internalTrafficPolicy": "Local"},
    {"loadBalancerClass": "example.com/class"},
    {"loadBalancerSourceRanges": ["10.0.0.0/8"]},
    {"allocateLoadBalancerNodePorts": False},
    {"sessionAffinity": "ClientIP"},
    {"externalIPs": ["192.0.2.1"], "externalTrafficPolicy": "Local"},
    {"ipFamilyPolicy": "PreferDualStack", "trafficDistribution": "PreferClose"},
    {"publishNotReadyAddresses": True},
    {"clusterIP": "None"},
    {"type": "NodePort"},
    {"type": "LoadBalancer", "externalTrafficPolicy": "Local"},
    {"type": "NodePort", "ports": [{"name": "own", "port": 12798, "nodePort": 30123}]},
    {"ports": [{"name": "own", "port": 9, "targetPort": 12798}]},
]
_SHARED_SERVICE = [each for each in _SERVICE if not each.keys() & {"type", "ports", "clusterIP"}]
_RESOURCES: list[dict[str, Any]] = [
    {"limits": {"cpu": "10m"}},
    {"limits": {"memory": "24Mi"}},
    {"limits": {"cpu": 64, "memory": "1Ti"}, "requests": {"cpu": "1500m"}},
    {"limits": {"ephemeral-storage": "1Gi"}, "requests": {"ephemeral-storage": "1Mi"}},
    {"limits": {"hugepages-2Mi": "64Mi", "example.com/device": 1}},
    {"limits": {"memory": None}},
    {"requests": {"cpu": 8, "memory": "200Gi"}},
    {"requests": {"memory": "0.5Gi"}, "limits": {"memory": "512Mi"}},
]
_CONTAINER = {"name": "mine", "image": "busybox"}
_TCP = {"port": 9}

FRAGMENTS: dict[str, list[Any]] = {
    # In the range that an API server has by default, and of no port in a spec above.
    "nodePort": [None, 30201, 30202],
    "imagePullSecrets": [[{"name": "registry"}]],
    "cardanoNode.config.overrides": [{"TraceMempool": True}, {"Protocol": "Cardano"}],
    "cardanoNode.lifecycle": [{"postStart": {"exec": {"command": ["true"]}}}],
    "httpHeaders": [[{"name": "Host", "value": "a.example"}]],
    "exec": [{"command": ["true"]}],
    "tcpSocket": [_TCP, {"port": "metrics", "host": "localhost"}],
    "grpc": [{"port": 9, "service": "a"}],
    "service.spec": [*_SHARED_SERVICE, {"type": "NodePort"}],
    **{f"service.{part}.spec": _SERVICE for part in ("p2p", "metrics", "submitApi", "mithril")},
    "forgeManager.service.spec": _SERVICE,
    "extraVolumeMounts": [
        [{"name": "cardano-config", "mountPath": "/secrets"}],
        [{"name": "cardano-config", "mountPath": "/own", "subPath": "a"}],
        [{"name": "own", "mountPath": "/own"}],
        [{"name": "own", "mountPath": "/own/a", "subPath": "a", "readOnly": True}],
    ],
    "extraEnvVars": [
        [{"name": "OWN", "value": "$(HOME)"}],
        [{"name": "OWN", "valueFrom": {"secretKeyRef": {"name": "own", "key": "a"}}}],
    ],
    "extraEnvFrom": [[{"secretRef": {"name": "own"}, "prefix": "OWN_"}]],
    "persistence.ledger.spec": [{"volumeMode": "Filesystem"}, {"volumeName": "own"}],
    "persistence.socket.spec": [{"selector": {"matchLabels": {"a": "b"}}}],
    "ingress.tls": [[{"secretName": "certificate", "hosts": ["a.example"]}], [{}]],
    **{
        f"resources.{part}": _RESOURCES
        for part in (
            "cardanoNode",
            "forgeManager",
            "forgeGuard",
            "mithrilSigner",
            "submitApi",
            "helmTest",
        )
    },
    "namespaceSelector": [{"any": True}, {"matchNames": ["elsewhere"]}],
    "relabelings": [[_RELABELING]],
    "metricRelabelings": [[{"action": "labeldrop", "regex": "a|b"}]],
    "extraEndpoints": [[{"port": "mithril", "path": "/metrics"}]],
    "tlsConfig": [{"insecureSkipVerify": True}, {"serverName": "a.example"}],
    "monitoring.serviceMonitor.spec": [{"sampleLimit": 100}],
    "autoscaling.customMetrics": [
        [
            {
                "type": "Resource",
                "resource": {
                    "name": "cpu",
                    "target": {"type": "Utilization", "averageUtilization": 50},
                },
            }
        ]
    ],
    "autoscaling.behavior": [{"scaleDown": {"stabilizationWindowSeconds": 60}}],
    **{
        f"networkPolicy.{peers}": [[_PEER], [{"ipBlock": {"cidr": "10.0.0.0/8"}}]]
        for peers in (
            "ingress.p2pFrom",
            "ingress.submitApiFrom",
            "egress.p2pTo",
            "egress.healthCheckTo",
        )
    },
    "networkPolicy.ingress.customRules": [[_RULE]],
    "networkPolicy.egress.customRules": [[{"to": [_PEER]}]],
    "podSecurityContext": [{"runAsNonRoot": True}, {"fsGroup": 2000}, {"supplementalGroups": [1]}],
    "securityContext": [
        {"readOnlyRootFilesystem": False},
        {"capabilities": {"add": ["NET_BIND_SERVICE"]}},
    ],
    "updateStrategy": [
        {"type": "OnDelete"},
        {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}},
        {"rollingUpdate": {"partition": 0}},
    ],
    "tolerations": [[{"operator": "Exists"}], [{"key": "a", "effect": "NoExecute"}]],
    "affinity": [
        {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [
                        {"matchExpressions": [{"key": "a", "operator": "Exists"}]}
                    ]
                }
            }
        }
    ],
    "topologySpreadConstraints": [
        [
            {
                "maxSkew": 1,
                "topologyKey": "zone",
                "whenUnsatisfiable": "DoNotSchedule",
                "labelSelector": {"matchLabels": {"a": "b"}},
            }
        ]
    ],
    "podSpec": [
        {"priorityClassName": "system-cluster-critical"},
        {"dnsPolicy": "None", "dnsConfig": {"nameservers": ["192.0.2.53"]}},
        {"hostAliases": [{"ip": "192.0.2.1", "hostnames": ["a"]}]},
        {"enableServiceLinks": False, "schedulerName": "other"},
    ],
    "extraVolumes": [[{"name": "own", "emptyDir": {}}]],
    "extraInitContainers": [[_CONTAINER]],
    "extraContainers": [[_CONTAINER], [{**_CONTAINER, "livenessProbe": {"tcpSocket": _TCP}}]],
    "extraObjects": [
        [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "own"}}],
        ["apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-own\n"],
    ],
}


def of(path: str) -> list[Any] | None:
    """The fragments for a value: by its whole path, else by its last name; None: not open."""
    return FRAGMENTS.get(path, FRAGMENTS.get(path.rpartition(".")[2]))
