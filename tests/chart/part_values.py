"""The parts around the node: values in which each matters, and other values than their defaults."""

from __future__ import annotations

from typing import Any

from tests.chart.hub_values import clustered, hubbed
from tests.chart.samples import SIGNER, Values, at, merged, producer

MONITOR = "monitoring.serviceMonitor"
DIGEST = "sha256:" + "0" * 64
VARIABLE = [{"name": "A", "value": "b"}]
MOUNT = [{"name": "cardano-data", "mountPath": "/a"}]
HOST = [{"host": "a.example", "paths": [{"path": "/"}]}]

# Beside a producer of the walk, but for what only a relay may have.
SUBMIT_API = producer(**at("submitApi.enabled", True))
SIGNING = producer(**SIGNER)
SIGNER_TAG = {"image": SIGNER["image"]}
INGRESS = merged(SUBMIT_API, at("ingress.enabled", True))
MONITORED = producer(**at("monitoring.serviceMonitor.enabled", True))

CREATED = producer(
    cardanoNode={"network": "preprod"},
    secrets={"data": {"kesKey": "YQ==", "vrfKey": "YQ==", "opCert": "YQ=="}},
)

# Accepted, described as such in the schema, and rendered nowhere; by prefix, with the reason.
OF_NO_EFFECT: dict[str, str] = {
    "enabled": "a parent's condition, which Helm reads in the parent's values",
    "cardano-forge-crds": "the CRDs are in crds/; NOTES.txt says so",
}

# Services that may have a port on the machines, and beside what they are there.
ON_MACHINES: dict[str, Values] = {
    "service.p2p": {},
    "service.metrics": {},
    "service.submitApi": SUBMIT_API,
    "service.mithril": SIGNING,
    "forgeManager.service": producer(),
}

CLUSTER = "forgeManager.clusterManagement"
BASE: dict[str, Values] = {
    "service.p2p.loadBalancerIP": at("service.p2p.type", "LoadBalancer"),
    **{
        f"{path}.nodePort": merged(base, at(f"{path}.type", "NodePort"))
        for path, base in ON_MACHINES.items()
    },
    "proxy.noProxy": at("proxy.https", "http://proxy:3128"),
    "caBundle.key": at("caBundle.configMap", "a"),
    CLUSTER: clustered(),
    f"{CLUSTER}.enabled": producer(),
    f"{CLUSTER}.hub": hubbed(),
    f"{CLUSTER}.hub.enabled": clustered(region="eu-west", hub={"leaseName": "pool"}),
    f"{CLUSTER}.override": clustered(override={"enabled": True}),
    f"{CLUSTER}.override.enabled": clustered(),
    "forgeManager.legacy.crd.cardanoForgeCluster.name": clustered(),
    "forgeManager.multiTenant.application.environment": clustered(),
    "submitApi": SUBMIT_API,
    "submitApi.enabled": producer(),
    "image.submitApi": SUBMIT_API,
    "image.submitApi.enabled": producer(),
    "resources.submitApi": SUBMIT_API,
    "service.submitApi": SUBMIT_API,
    "mithrilSigner": SIGNING,
    "mithrilSigner.enabled": producer(**SIGNER_TAG),
    "mithrilSigner.eraReader.address": merged(
        SIGNING, at("mithrilSigner.eraReader.verificationKey", "ab")
    ),
    "mithrilSigner.eraReader.verificationKey": merged(
        SIGNING, at("mithrilSigner.eraReader.address", "addr1a")
    ),
    "mithrilSigner.keys": merged(SIGNING, at("mithrilSigner.secretName", "mine")),
    "image.mithrilSigner": SIGNING,
    "image.mithrilSigner.enabled": producer(**SIGNER_TAG),
    "resources.mithrilSigner": SIGNING,
    "service.mithril": SIGNING,
    "secrets": merged(CREATED, at("secrets.create", True)),
    "secrets.create": CREATED,
    "cardanoNode.prometheusPort": at("networkPolicy.enabled", True),
    "cardanoNode.ekgPort": at("cardanoNode.configMap", "mine"),
    "persistence.socket": at("persistence.socket.enabled", True),
    "persistence.socket.enabled": {},
    "monitoring": MONITORED,
    "monitoring.enabled": MONITORED,
    "monitoring.serviceMonitor.enabled": producer(),
    "monitoring.podMonitor.enabled": producer(),
    "monitoring.prometheusRule": producer(**at("monitoring.prometheusRule.enabled", True)),
    "monitoring.prometheusRule.enabled": producer(),
    "monitoring.grafanaDashboard": at("monitoring.grafanaDashboard.enabled", True),
    "monitoring.grafanaDashboard.enabled": {},
    "podDisruptionBudget": at("podDisruptionBudget.enabled", True),
    "podDisruptionBudget.enabled": {},
    "autoscaling": at("autoscaling.enabled", True),
    "autoscaling.enabled": {},
    "networkPolicy": merged(SUBMIT_API, at("networkPolicy.enabled", True)),
    "networkPolicy.enabled": {},
    "ingress": INGRESS,
    "ingress.enabled": SUBMIT_API,
}

UNLIMITED = {("forgeGuard", "limits.cpu"), ("helmTest", "limits.cpu")}

OTHER: dict[str, Any] = {
    f"{CLUSTER}.forgeState": "Enabled",
    f"{CLUSTER}.healthCheck.endpoint": "https://health.example",
    f"{CLUSTER}.override.expiresAt": "2030-01-01T00:00:00Z",
    f"{CLUSTER}.override.forcePriority": 5,
    f"{CLUSTER}.override.forceState": "Disabled",
    f"{CLUSTER}.hub.renewDeadlineSeconds": 9,
    f"{CLUSTER}.hub.retryPeriodSeconds": 3,
    "global.imageRegistry": "registry.example:5000",
    "global.imagePullSecrets": ["a"],
    "resources.cardanoNode.requests.cpu": "3",
    "resources.cardanoNode.limits.cpu": "3",
    **{
        f"resources.{part}.{quantity}": "3"
        for part in ("forgeManager", "mithrilSigner", "submitApi", "forgeGuard", "helmTest")
        for quantity in ("requests.cpu", "requests.memory", "limits.cpu", "limits.memory")
        if (part, quantity) not in UNLIMITED
    },
    "statefulSet.revisionHistoryLimit": 3,
    "statefulSet.minReadySeconds": 3,
    **{f"image.{part}.pullPolicy": "Never" for part in ("submitApi", "mithrilSigner")},
    **{f"image.{part}.digest": DIGEST for part in ("submitApi", "mithrilSigner")},
    "proxy.http": "http://proxy:3128",
    "proxy.https": "http://proxy:3128",
    "caBundle.key": "ours.pem",
    "forgeManager.extraEnvVars": VARIABLE,
    "submitApi.extraEnvVars": VARIABLE,
    "mithrilSigner.extraEnvVars": VARIABLE,
    "mithrilSigner.extraVolumeMounts": MOUNT,
    "mithrilSigner.aggregatorEndpoint": "https://other",
    "mithrilSigner.partyId": "pool1abcdefghijk",
    "mithrilSigner.relayEndpoint": "http://relay:3132",
    "mithrilSigner.eraReader.address": "addr1b",
    "mithrilSigner.eraReader.verificationKey": "cd",
    "service.type": "NodePort",
    **{f"service.{part}.type": "NodePort" for part in ("submitApi", "mithril")},
    "service.p2p.loadBalancerIP": "1.2.3.4",
    "service.submitApi.port": 80,
    **{f"{path}.nodePort": 30001 for path in ON_MACHINES},
    **{f"persistence.{v}.accessMode": "ReadWriteMany" for v in ("socket", "ledger")},
    **{f"persistence.{v}.size": "1Gi" for v in ("socket", "ledger")},
    **{f"persistence.retentionPolicy.{when}": "Delete" for when in ("whenDeleted", "whenScaled")},
    **{f"{MONITOR}.{time}": "11s" for time in ("interval", "scrapeTimeout")},
    **{
        f"{MONITOR}.{part}.{time}": "11s"
        for part in ("cardanoNode", "forgeManager")
        for time in ("interval", "scrapeTimeout")
    },
    f"{MONITOR}.selector": {"app.kubernetes.io/component-type": "metrics"},
    **{
        f"{MONITOR}.{part}.{kind}": [{"action": "keep"}]
        for part in ("cardanoNode", "forgeManager")
        for kind in ("relabelings", "metricRelabelings")
    },
    **{f"{MONITOR}.{part}.scheme": "https" for part in ("cardanoNode", "forgeManager")},
    f"{MONITOR}.namespaceSelector": {"any": True},
    "monitoring.prometheusRule.runbookBaseUrl": "https://docs.example",
    f"{MONITOR}.extraEndpoints": [{"port": "mithril"}],
    "podDisruptionBudget.maxUnavailable": 1,
    "podDisruptionBudget.unhealthyPodEvictionPolicy": "AlwaysAllow",
    "autoscaling.customMetrics": [{"type": "Resource"}],
    **{f"networkPolicy.{way}.customRules": [{}] for way in ("ingress", "egress")},
    **{
        f"networkPolicy.{rule}": [{"podSelector": {}}]
        for rule in ("ingress.p2pFrom", "ingress.submitApiFrom", "egress.p2pTo")
    },
    "networkPolicy.egress.healthCheckTo": [{"podSelector": {}}],
    **{
        f"networkPolicy.{rule}": "10.0.0.0/8"
        for rule in ("ingress.p2pFromCIDR", "egress.p2pToCIDR", "egress.httpsToCIDR")
    },
    "networkPolicy.egress.apiServer.cidrs": ["10.0.0.0/8"],
    "networkPolicy.egress.apiServer.ports": [1],
    "networkPolicy.egress.dnsPorts": [1],
    **{f"secrets.data.{key}": "Yg==" for key in ("kesKey", "vrfKey", "opCert")},
    "cardanoNode.prometheusPort": 1,
    "submitApi.port": 7,
    "cardanoNode.mithril.snapshotDigest": "ab" * 32,
    "cardanoNode.bindAddress": "::",
    "topologySpreadConstraints": [{"maxSkew": 1}],
    "extraEnvFrom": [{"secretRef": {"name": "a"}}],
    "extraInitContainers": [{"name": "a"}],
    "extraContainers": [{"name": "a"}],
    "extraObjects": [{"kind": "ConfigMap", "metadata": {"name": "a"}}],
    "ingress.hosts": HOST,
    "ingress.tls": [{"secretName": "cert"}],
}

# Dotted path and a value that the schema refuses.
WRONG: list[tuple[str, Any]] = [
    ("global.imageRegistry", "my registry"),
    ("global.imagePullSecrets", [{"nam": "a"}]),
    ("global.storageClass", "My_Class"),
    ("imagePullSecrets", [7]),
    ("proxy.https", "https://proxy:3128"),
    ("proxy.no_proxy", "a"),
    ("caBundle.configMap", "My_Map"),
    ("caBundle.key", "a/b"),
    ("forgeManager.extraEnvVars", {"A": "b"}),
    ("statefulSet.minReadySeconds", "10s"),
    ("statefulSet.revisionHistoryLimit", -1),
    ("statefulSet.label", {}),
    ("persistence.ledger.labels.team", 7),
    ("submitApi.healthCheck.periodSecond", 1),
    ("submitApi.port", "8090"),
    ("mithrilSigner.relayEndpoint", "relay:3132"),
    ("mithrilSigner.partyId", "my pool"),
    ("service.type", "ExternalName"),
    ("service.p2p.loadBalancerIP", "my-ip"),
    ("service.metrics.nodePort", "30001"),
    ("service.submitApi.labels.team", 7),
    ("ingress.hosts", []),
    ("ingress.host", "a.example"),
    ("persistence.socket.size", "10 MB"),
    ("persistence.retentionPolicy.whenScaled", "Keep"),
    ("monitoring.serviceMonitor.interval", "30 seconds"),
    ("monitoring.serviceMonitor.interval", ""),
    ("monitoring.serviceMonitor.cardanoNode.scheme", "HTTPS"),
    ("monitoring.serviceMonitor.forgeManager.tlsConfig", True),
    ("monitoring.prometheusRule.runbookBaseUrl", "docs.example"),
    ("podDisruptionBudget.minAvailable", "half"),
    ("podDisruptionBudget.unhealthyPodEvictionPolicy", "Always"),
    ("autoscaling.minReplicas", 0),
    ("networkPolicy.ingress.p2pFromCIDR", "all"),
    ("networkPolicy.egress.apiServer.ports", ["https"]),
    ("networkPolicy.egress.dnsPorts", []),
    ("networkPolicy.egress.dnsPorts", ["dns"]),
    ("secrets.data.kesKey", "{}"),
    ("forgeManager.clusterManagement.priority", 1000),
    ("forgeManager.clusterManagement.forgeState", "On"),
    ("forgeManager.clusterManagement.region", "EU West"),
    ("forgeManager.clusterManagement.region", "eu-"),
    ("forgeManager.clusterManagement.hub.leaseDuration", 4),
    ("forgeManager.clusterManagement.hub.kubeconfig", "/path"),
    ("forgeManager.clusterManagement.healthCheck.interval", "30s"),
    ("forgeManager.clusterManagement.override.expiresAt", "2026-01-31T12:00"),
    ("podSpec", "hostNetwork"),
    ("resources.cardanoNode.request", {"memory": "1Gi"}),
    ("resources.forgeManager.requests.mem", "1Gi"),
    ("resources.helmTest.limits.memory", "1GB"),
    ("topologySpreadConstraints", {}),
    ("cardano-forge-crds.crds.creat", True),
]
