"""What the cluster says about one pod's start: the raw material of a timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forge_manager.commands.timeline.kubectl import ClusterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forge_manager.commands.timeline.namespace import Namespace

MANAGER = "cardano-forge-manager"
NODE = "cardano-node"
SETUP = "init-cardano-setup"

Object = dict[str, Any]


@dataclass(frozen=True)
class Observations:
    """One pod, its events, the metadata of its Secrets, and what its containers said."""

    pod: Object
    events: Sequence[Object]
    secrets: Mapping[str, str]  # name and creationTimestamp, nothing else of a Secret is read
    delivered: float | None  # Unix time when the kubelet last brought a Secret to the pod
    manager_log: str
    node_log: str  # of the container that ended last, else of the running one


def read(namespace: Namespace, release: str) -> list[Observations]:
    """Read every pod of a release that has a node, in order of name.

    Raises:
        ClusterError: the cluster cannot be asked.

    """
    found = namespace.items("pods", f"--selector=app.kubernetes.io/instance={release}")
    pods = [pod for pod in found if _has_node(pod)]  # that of `helm test` has none
    return [_read_pod(namespace, pod) for pod in sorted(pods, key=_name)]


def _has_node(pod: Object) -> bool:
    return any(container["name"] == NODE for container in pod["spec"]["containers"])


def _read_pod(namespace: Namespace, pod: Object) -> Observations:
    name = _name(pod)
    names = [v["secret"]["secretName"] for v in pod["spec"]["volumes"] if "secret" in v]
    created = {secret: _secret_created(namespace, secret) for secret in names}
    secrets = {secret: at for secret, at in created.items() if at}
    return Observations(
        pod=pod,
        events=namespace.items("events", f"--field-selector=involvedObject.name={name}"),
        secrets=secrets,
        delivered=_delivered(namespace, pod) if secrets else None,
        manager_log=namespace.logs(name, MANAGER, previous=True) + namespace.logs(name, MANAGER),
        node_log=namespace.logs(name, NODE, previous=True) or namespace.logs(name, NODE),
    )


def _secret_created(namespace: Namespace, name: str) -> str:
    """Return when a Secret was created; empty while it does not exist, or may not be read."""
    only = "--output=jsonpath={.metadata.creationTimestamp}"
    try:
        return namespace.run("get", "secret", name, "--ignore-not-found", only)
    except ClusterError:
        return ""


def _delivered(namespace: Namespace, pod: Object) -> float | None:
    """Ask the manager's container when the link that the kubelet swaps on delivery was made."""
    volumes = {v["name"] for v in pod["spec"]["volumes"] if "secret" in v}
    mounts = (
        mount["mountPath"]
        for container in pod["spec"].get("initContainers", [])
        if container["name"] == MANAGER
        for mount in container["volumeMounts"]
        if mount["name"] in volumes
    )
    code = "import os, sys; print(max(os.lstat(p + '/..data').st_mtime for p in sys.argv[1:]))"
    try:
        said = namespace.run(
            *("exec", _name(pod), f"--container={MANAGER}", "--", "python3", "-c", code, *mounts)
        )
    except ClusterError:
        return None  # not running, or no interpreter in its image: one row less
    return float(said)


def _name(pod: Object) -> str:
    name: str = pod["metadata"]["name"]
    return name
