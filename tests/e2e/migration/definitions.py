"""The cluster's custom resource definitions: the earlier ones, reduced, and this chart's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from devkit import paths

if TYPE_CHECKING:
    from devkit.kubectl import Kubectl

Object = dict[str, Any]
_CRDS = paths.REPOSITORY / "charts" / "cardano-node" / "crds"
_HELM = "--field-manager=helm"


def install_earlier(kubectl: Kubectl) -> None:
    """Put the earlier ones in place as Helm 3 does, whatever is there; objects of them stay."""
    for each in (_earlier_leader(), _earlier_cluster()):
        found = kubectl.text("get", "crd", _name(each), "--ignore-not-found", "--output=name")
        verb = "replace" if found else "create"
        kubectl.text(verb, _HELM, "--filename=-", stdin=json.dumps(each))


def install_ours(kubectl: Kubectl) -> None:
    """Put ours in place, and leave them to Helm 4 alone, as if it had installed them."""
    for file in sorted(_CRDS.iterdir()):
        ours = yaml.safe_load(file.read_text())
        apply = ("apply", "--server-side", "--force-conflicts", _HELM, "--filename=-")
        kubectl.text(*apply, stdin=json.dumps(ours))
        get = ("get", "crd", _name(ours), "--output=json", "--show-managed-fields")
        owners = [
            owner
            for owner in json.loads(kubectl.text(*get))["metadata"]["managedFields"]
            if (owner["manager"], owner["operation"]) == ("helm", "Apply")
        ]
        patch = [{"op": "replace", "path": "/metadata/managedFields", "value": owners}]
        change = ("patch", "crd", _name(ours), "--type=json", f"--patch={json.dumps(patch)}")
        kubectl.text(*change)


def singular(kubectl: Kubectl, plural: str) -> str:
    """Return the singular under which a kind is served."""
    names = "--output=jsonpath={.status.acceptedNames.singular}"
    return kubectl.text("get", "crd", f"{plural}.cardano.io", names)


def _earlier_leader() -> Object:
    status = {
        "leaderPod": {"type": "string"},
        "forgingEnabled": {"type": "boolean"},
        "lastTransitionTime": {"type": "string", "format": "date-time"},
        "reason": {"type": "string"},
        "message": {"type": "string"},
        "conditions": _conditions("Ready", "LeaderElected", "Syncing"),
        "observedGeneration": {"type": "integer", "format": "int64"},
    }
    schema = {
        "spec": _record(namespace={"type": "string"}, description={"type": "string"}),
        "status": _record("leaderPod", "forgingEnabled", "lastTransitionTime", **status),
    }
    return _definition("CardanoLeader", "cardanoleader", ["cl", "leader"], schema)


def _earlier_cluster() -> Object:
    pool = {
        "id": {"type": "string", "pattern": "^pool1[a-z0-9]{51}$"},
        "idHex": {"type": "string", "pattern": "^[a-f0-9]{56}$"},
    }
    network = {"name": {"type": "string"}, "magic": {"type": "integer"}}
    spec = {
        "network": _record("name", "magic", **network),
        "pool": _record("id", "idHex", **pool),
        "region": {"type": "string", "pattern": "^[a-z0-9-]{2,20}$"},
    }
    status = {
        "conditions": _conditions("Ready", "HealthCheckPassing", "LeaderElected", "Syncing"),
    }
    schema = {
        "spec": _record("network", "pool", "region", **spec),
        "status": _record(**status),
    }
    return _definition("CardanoForgeCluster", "cardanoforgeluster", ["cfc"], schema)


def _definition(kind: str, misspelt: str, short: list[str], schema: Object) -> Object:
    plural = f"{kind.lower()}s"
    names = {"kind": kind, "plural": plural, "singular": misspelt, "shortNames": short}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "subresources": {"status": {}},
        "schema": {"openAPIV3Schema": {"type": "object", "properties": schema}},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.cardano.io"},
        "spec": {
            "group": "cardano.io",
            "scope": "Namespaced",
            "names": names,
            "versions": [version],
        },
    }


def _record(*required: str, **properties: Object) -> Object:
    demanded = {"required": list(required)} if required else {}
    return {"type": "object", "properties": properties, **demanded}


def _conditions(*types: str) -> Object:
    text = {"type": "string"}
    item = _record(
        "type",
        "status",
        "lastTransitionTime",
        type={"type": "string", "enum": list(types)},
        status={"type": "string", "enum": ["True", "False", "Unknown"]},
        lastTransitionTime={"type": "string", "format": "date-time"},
        reason=text,
        message=text,
    )
    return {"type": "array", "items": item}


def _name(definition: Object) -> str:
    name: str = definition["metadata"]["name"]
    return name
