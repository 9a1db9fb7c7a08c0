"""A release as the earlier chart left it: its names, selectors and claims, with nothing to forge.

The objects are ours. What they share with the earlier chart's is what a later `helm upgrade` meets.
"""

from __future__ import annotations

import json
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
_MOUNTS = {"cardano-data": "/data", "cardano-secrets-target": "/opt/cardano/secrets"}


def write_chart(directory: Path, release: str, image: str) -> None:
    """Write it to a directory that is not there yet."""
    templates = directory / "templates"
    templates.mkdir(parents=True)
    about = {"apiVersion": "v2", "name": CHART, "version": VERSION, "appVersion": "10.5.3"}
    (directory / "Chart.yaml").write_text(json.dumps(about))
    for each in _objects(release, image):
        name = f"{each['kind']}-{each['metadata']['name']}.yaml".lower()
        (templates / name).write_text(json.dumps(each))


def lease(renewed: str) -> Object:
    """Return what its sidecar made at run time and does not release: held by the pod's name."""
    spec = {
        "holderIdentity": f"{NAME}-0",
        "leaseDurationSeconds": 15,
        "acquireTime": renewed,
        "renewTime": renewed,
        "leaseTransitions": 1,
    }
    return _object("coordination.k8s.io/v1", "Lease", LEASE, {}, spec=spec)


def _objects(release: str, image: str) -> list[Object]:
    selector = {
        "app.kubernetes.io/name": CHART,
        "app.kubernetes.io/instance": release,
        "app.kubernetes.io/component": "block-producer",
    }
    labels = selector | {
        "helm.sh/chart": f"{CHART}-{VERSION}",
        "app.kubernetes.io/version": "10.5.3",
        "app.kubernetes.io/managed-by": "Helm",
    }
    role = f"{NAME}-forge-manager"
    rbac = "rbac.authorization.k8s.io"
    rules = [{"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["*"]}]
    return [
        _object("v1", "ServiceAccount", NAME, labels),
        _object(f"{rbac}/v1", "Role", role, labels, rules=rules),
        _object(
            f"{rbac}/v1",
            "RoleBinding",
            role,
            labels,
            roleRef={"apiGroup": rbac, "kind": "Role", "name": role},
            subjects=[{"kind": "ServiceAccount", "name": NAME}],
        ),
        _object("v1", "ConfigMap", f"{NAME}-config", labels, data={"config.json": "{}"}),
        _object("v1", "ConfigMap", f"{NAME}-genesis", labels, data={"BYRON_URL": ""}),
        *(_service(port, selector, labels) for port in _PORTS),
        _object("cardano.io/v1", "CardanoLeader", LEASE, labels, spec={}),
        _object("apps/v1", "StatefulSet", NAME, labels, spec=_set(selector, labels, image)),
    ]


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


def _set(selector: Object, labels: Object, image: str) -> Object:
    empty = ("socket-dir", "cardano-config", "cardano-secrets-target")
    pod = {
        "serviceAccountName": NAME,
        "shareProcessNamespace": True,
        "securityContext": {"fsGroup": 10001, "runAsNonRoot": True, "runAsUser": 10001},
        "initContainers": [
            _container("init-cardano-setup", image, ["mkdir", "-p", "/data/db"]),
            _container("cardano-forge-manager", image, _SLEEP, restartPolicy="Always"),
        ],
        "containers": [_container("cardano-node", image, _SLEEP)],
        "volumes": [
            {"name": "cardano-config-src", "configMap": {"name": f"{NAME}-config"}},
            {"name": "cardano-secrets", "secret": {"secretName": KEYS_SECRET}},
            *({"name": each, "emptyDir": {}} for each in empty),
        ],
    }
    claim = {
        "metadata": {"name": "cardano-data", "labels": labels},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "64Mi"}},
        },
    }
    return {
        "serviceName": NAME,
        "replicas": 1,
        "podManagementPolicy": "Parallel",
        "selector": {"matchLabels": selector},
        "template": {"metadata": {"labels": selector}, "spec": pod},
        "volumeClaimTemplates": [claim],
    }


def _container(name: str, image: str, command: list[str], **more: str) -> Object:
    return {
        "name": name,
        "image": image,
        "command": command,
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "volumeMounts": [{"name": each, "mountPath": path} for each, path in _MOUNTS.items()],
        **more,
    }
