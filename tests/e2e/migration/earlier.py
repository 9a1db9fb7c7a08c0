"""A release as the earlier chart left it: its names, selectors and claims, with nothing to forge.

The objects are ours. What they share with the earlier chart's is what a later `helm upgrade` meets.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.support.producer import KEYS_SECRET, NAME

if TYPE_CHECKING:
    from pathlib import Path

Object = dict[str, Any]
VERSION = "0.3.1"
CHART = "cardano-node"
LEASE = f"{NAME}-leader"
_PORTS = {"p2p": 3001, "metrics": 12798, "forge-metrics": 8000}
# An ending that takes no time.
_SLEEP = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"]


@dataclass(frozen=True)
class Shape:
    """What its values make of a release, as far as a later upgrade meets it."""

    component: str = "block-producer"
    replicas: int = 1
    leader: str = LEASE
    keys_secret: str = KEYS_SECRET
    socket_claim: bool = False
    #: The spec of its CardanoForgeCluster, and the name; none without cluster management.
    cluster: Object | None = None
    cluster_name: str = ""

    @classmethod
    def of(cls, values: Object) -> Shape:
        """Return that of a file of values, which names network, pool and Secret."""
        node, manager = values["cardanoNode"], values["forgeManager"]
        shape = cls(
            "block-producer" if node["blockProducer"] else "relay",
            values["replicaCount"],
            keys_secret=manager.get("secretName", KEYS_SECRET),
            socket_claim=values["persistence"]["socket"]["enabled"],
        )
        if not node["blockProducer"]:
            return shape
        pool, network = manager["multiTenant"]["pool"], node["network"]
        short = f"{network}-{pool['id'][:10]}"
        shape = replace(shape, leader=f"cardano-leader-{short}")
        if not (cluster := manager["clusterManagement"])["enabled"]:
            return shape
        region = cluster["region"]
        spec = {
            "network": {"name": network, "magic": node["magic"]},
            "pool": {"id": pool["id"], "idHex": pool["idHex"]},
            "region": region,
        }
        return replace(shape, cluster=spec, cluster_name=f"{short}-{region}")

    @property
    def managed(self) -> bool:
        """Whether its pods have a sidecar."""
        return self.component == "block-producer"


_PRODUCER = Shape()


def write_chart(directory: Path, release: str, image: str, shape: Shape = _PRODUCER) -> None:
    """Write it to a directory that is not there yet."""
    templates = directory / "templates"
    templates.mkdir(parents=True)
    about = {"apiVersion": "v2", "name": CHART, "version": VERSION, "appVersion": "10.5.3"}
    (directory / "Chart.yaml").write_text(json.dumps(about))
    for each in _objects(release, image, shape):
        name = f"{each['kind']}-{each['metadata']['name']}.yaml".lower()
        (templates / name).write_text(json.dumps(each))


def lease(renewed: str, name: str = LEASE) -> Object:
    """Return what its sidecar made at run time and does not release: held by the pod's name."""
    spec = {
        "holderIdentity": f"{NAME}-0",
        "leaseDurationSeconds": 15,
        "acquireTime": renewed,
        "renewTime": renewed,
        "leaseTransitions": 1,
    }
    return _object("coordination.k8s.io/v1", "Lease", name, {}, spec=spec)


def _objects(release: str, image: str, shape: Shape) -> list[Object]:
    selector = {
        "app.kubernetes.io/name": CHART,
        "app.kubernetes.io/instance": release,
        "app.kubernetes.io/component": shape.component,
    }
    labels = selector | {
        "helm.sh/chart": f"{CHART}-{VERSION}",
        "app.kubernetes.io/version": "10.5.3",
        "app.kubernetes.io/managed-by": "Helm",
    }
    return [
        _object("v1", "ServiceAccount", NAME, labels),
        _object("v1", "ConfigMap", f"{NAME}-config", labels, data={"config.json": "{}"}),
        _object("v1", "ConfigMap", f"{NAME}-genesis", labels, data={"BYRON_URL": ""}),
        *(_service(port, selector, labels) for port in ("p2p", "metrics")),
        *(_of_the_sidecar(selector, labels, shape) if shape.managed else ()),
        _object("apps/v1", "StatefulSet", NAME, labels, spec=_set(selector, labels, image, shape)),
    ]


def _of_the_sidecar(selector: Object, labels: Object, shape: Shape) -> list[Object]:
    role = f"{NAME}-forge-manager"
    rbac = "rbac.authorization.k8s.io"
    rules = [{"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["*"]}]
    found = [
        _object(f"{rbac}/v1", "Role", role, labels, rules=rules),
        _object(
            f"{rbac}/v1",
            "RoleBinding",
            role,
            labels,
            roleRef={"apiGroup": rbac, "kind": "Role", "name": role},
            subjects=[{"kind": "ServiceAccount", "name": NAME}],
        ),
        _service("forge-metrics", selector, labels),
        _object("cardano.io/v1", "CardanoLeader", shape.leader, labels, spec={}),
    ]
    if shape.cluster is not None:
        kind, name = "CardanoForgeCluster", shape.cluster_name
        found.append(_object("cardano.io/v1", kind, name, labels, spec=shape.cluster))
    return found


def _object(api: str, kind: str, name: str, labels: Object, **content: Any) -> Object:
    metadata = {"name": name, "labels": labels}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **content}


def _service(port: str, selector: Object, labels: Object) -> Object:
    spec = {
        "type": "LoadBalancer" if port == "p2p" else "ClusterIP",
        "ports": [{"name": port, "port": _PORTS[port], "targetPort": _PORTS[port]}],
        "selector": selector,
    }
    return _object("v1", "Service", f"{NAME}-{port}", labels, spec=spec)


def _set(selector: Object, labels: Object, image: str, shape: Shape) -> Object:
    empty = ["cardano-config"]
    volumes = [{"name": "cardano-config-src", "configMap": {"name": f"{NAME}-config"}}]
    mounts = {"cardano-data": "/data"}
    first = [_container("init-cardano-setup", image, ["mkdir", "-p", "/data/db"], mounts)]
    claims = {"cardano-data": "64Mi"}
    if shape.managed:
        empty.append("cardano-secrets-target")
        volumes.append({"name": "cardano-secrets", "secret": {"secretName": shape.keys_secret}})
        mounts = mounts | {"cardano-secrets-target": "/opt/cardano/secrets"}
        sidecar = _container("cardano-forge-manager", image, _SLEEP, mounts)
        first.append(sidecar | {"restartPolicy": "Always"})
    if shape.socket_claim:
        claims["socket-dir"] = "10Mi"
    else:
        empty.append("socket-dir")
    pod = {
        "serviceAccountName": NAME,
        "shareProcessNamespace": True,
        "securityContext": {"fsGroup": 10001, "runAsNonRoot": True, "runAsUser": 10001},
        "initContainers": first,
        "containers": [_container("cardano-node", image, _SLEEP, mounts)],
        "volumes": [*volumes, *({"name": each, "emptyDir": {}} for each in empty)],
    }
    return {
        "serviceName": NAME,
        "replicas": shape.replicas,
        "podManagementPolicy": "Parallel",
        "selector": {"matchLabels": selector},
        "template": {"metadata": {"labels": selector}, "spec": pod},
        "volumeClaimTemplates": [_claim(name, size, labels) for name, size in claims.items()],
    }


def _claim(name: str, size: str, labels: Object) -> Object:
    return {
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": size}},
        },
    }


def _container(name: str, image: str, command: list[str], mounts: Object) -> Object:
    return {
        "name": name,
        "image": image,
        "command": command,
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "volumeMounts": [{"name": each, "mountPath": path} for each, path in mounts.items()],
    }
