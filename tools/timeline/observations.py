"""What the cluster says about one pod's start: the raw material of a timeline."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from timeline.kubectl import Kubectl

MANAGER = "cardano-forge-manager"
NODE = "cardano-node"
SETUP = "init-cardano-setup"

Object = dict[str, Any]


@dataclass(frozen=True)
class Observations:
    """One pod, its events, the metadata of its Secrets, and what its containers said."""

    pod: Object
    events: Sequence[Object]
    secrets: Sequence[Object]  # metadata only
    manager_log: str
    node_log: str  # of the container that ended last, else of the running one


def read(kubectl: Kubectl, release: str) -> list[Observations]:
    """Read every pod of a release, in order of name. Raises devkit.steps.StepError."""
    pods = kubectl.items("pods", f"--selector=app.kubernetes.io/instance={release}")
    return [_read_pod(kubectl, pod) for pod in sorted(pods, key=_name)]


def _read_pod(kubectl: Kubectl, pod: Object) -> Observations:
    name = _name(pod)
    return Observations(
        pod=pod,
        events=kubectl.items("events", f"--field-selector=involvedObject.name={name}"),
        secrets=[
            metadata
            for volume in pod["spec"]["volumes"]
            if "secret" in volume
            for metadata in _secret_metadata(kubectl, volume["secret"]["secretName"])
        ],
        manager_log=kubectl.logs(name, MANAGER, previous=True) + kubectl.logs(name, MANAGER),
        node_log=kubectl.logs(name, NODE, previous=True) or kubectl.logs(name, NODE),
    )


def _secret_metadata(kubectl: Kubectl, name: str) -> list[Object]:
    """Return a Secret's metadata, never its data; nothing when it does not exist."""
    found = kubectl.run(
        "get", "secret", name, "--ignore-not-found", "--output=jsonpath={.metadata}"
    )
    return [json.loads(found)] if found else []


def _name(pod: Object) -> str:
    name: str = pod["metadata"]["name"]
    return name
