"""The wanted cluster, as kind's configuration."""

import ipaddress
import os
import re
from dataclasses import dataclass

import yaml

from devkit import digest
from devkit.nodeimage import NodeImage
from devkit.steps import StepError

DEFAULT_NAME = "cardano-forge"
DEFAULT_NODES = 3
DEFAULT_POD_NETWORK = "10.244.0.0/16"
_MOST_NODES = 9
# The first minor versions of Kubernetes whose kubelet and kube-proxy know them by default.
_NFTABLES_SINCE = 31
_CRASH_LOOP_SETTING_SINCE = 32
# Where containerd looks for how a registry is reached, as published node images have it
# (https://kind.sigs.k8s.io/docs/user/local-registry/).
REGISTRIES = "/etc/containerd/certs.d"
_REGISTRIES = f"""\
[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "{REGISTRIES}"
"""


@dataclass(frozen=True)
class Wanted:
    """A cluster by its name, number of nodes (the first is the control plane) and pod network."""

    name: str
    nodes: int
    pod_network: str = DEFAULT_POD_NETWORK

    def node_names(self) -> tuple[str, ...]:
        """Return the names that kind gives the nodes, which are those of their containers."""
        workers = (
            f"{self.name}-worker{number if number > 1 else ''}" for number in range(1, self.nodes)
        )
        return (f"{self.name}-control-plane", *workers)


def wanted(
    environ: dict[str, str] | None = None,
    *,
    name: str | None = None,
    nodes: int | None = None,
    pod_network: str = DEFAULT_POD_NETWORK,
) -> Wanted:
    """Return the cluster that arguments ask for, else CLUSTER_NAME and CLUSTER_NODES, else three.

    Raises:
        StepError: a value makes no sense; naming it.

    """
    env = dict(os.environ) if environ is None else environ
    chosen = name or env.get("CLUSTER_NAME") or DEFAULT_NAME
    # Of a host name, which the nodes' names become; 63 characters with "-control-plane".
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?", chosen):
        raise StepError(
            f"CLUSTER_NAME {chosen!r} must be 1 to 48 lower-case letters, digits and hyphens"
        )
    number = str(nodes) if nodes is not None else env.get("CLUSTER_NODES") or str(DEFAULT_NODES)
    if not (number.isdecimal() and 1 <= int(number) <= _MOST_NODES):
        raise StepError(f"CLUSTER_NODES {number!r} must be a number from 1 to {_MOST_NODES}")
    try:
        ipaddress.IPv4Network(pod_network)
    except ValueError as error:
        raise StepError(f"pod network {pod_network!r}: {error}") from None
    return Wanted(chosen, int(number), pod_network)


def given_image(environ: dict[str, str] | None = None) -> NodeImage | None:
    """Return the node image that NODE_IMAGE asks for, to be pulled; None when it is not set.

    Raises:
        StepError: its tag names no version of Kubernetes.

    """
    reference = (dict(os.environ) if environ is None else environ).get("NODE_IMAGE")
    if not reference:
        return None
    image = NodeImage(reference, published=True)
    _minor_version(image)
    return image


def render(cluster: Wanted, image: NodeImage) -> str:
    """Return kind's configuration file (kind.x-k8s.io/v1alpha4)."""
    roles = ["control-plane", *["worker"] * (cluster.nodes - 1)]
    patches = [_kubelet(image)]
    if cluster.nodes > 1:  # of a single node, kind removes the taint itself, and has to find it
        patches.append(_without_taint())
    config: dict[str, object] = {
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "name": cluster.name,
        "networking": {"podSubnet": cluster.pod_network, "kubeProxyMode": _proxy_mode(image)},
        "kubeadmConfigPatches": [yaml.safe_dump(patch, sort_keys=False) for patch in patches],
        "nodes": [{"role": role, "image": image.reference} for role in roles],
    }
    if not image.published:
        config["containerdConfigPatches"] = [_REGISTRIES]
    return yaml.safe_dump(config, sort_keys=False)


def key(config: str) -> str:
    """Return the content key by which an existing cluster is recognised as the one wanted."""
    return digest.key(config)


def _minor_version(image: NodeImage) -> int:
    found = re.search(r":v1\.(\d+)\.\d+", image.reference)
    if not found:
        raise StepError(f"NODE_IMAGE {image.reference!r} has no tag such as v1.31.9")
    return int(found[1])


def _proxy_mode(image: NodeImage) -> str:
    # A Service of several pods needs xt_statistic under iptables, which not every kernel has.
    return "nftables" if _minor_version(image) >= _NFTABLES_SINCE else "iptables"


def _kubelet(image: NodeImage) -> dict[str, object]:
    patch: dict[str, object] = {
        "kind": "KubeletConfiguration",
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
    }
    gates = {}
    if _minor_version(image) >= _CRASH_LOOP_SETTING_SINCE:
        # Without the gate, the third restart of a container waits 20 s, the sixth five minutes.
        gates["KubeletCrashLoopBackOffMax"] = True
    if not image.published:
        # Our image is for machines that lack capabilities, as a user namespace does.
        gates["KubeletInUserNamespace"] = True
    if gates:
        patch["featureGates"] = gates
    if "KubeletCrashLoopBackOffMax" in gates:
        patch["crashLoopBackOff"] = {"maxContainerRestartPeriod": "1s"}
    return patch


def _without_taint() -> dict[str, object]:
    """Workloads may run on the control plane too."""
    return {"kind": "InitConfiguration", "nodeRegistration": {"taints": []}}
