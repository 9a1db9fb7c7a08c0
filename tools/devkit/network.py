"""Proof that pods on every node reach the cluster's DNS, and through it each other's nodes."""

import json
from typing import Any

from devkit import nodeimage, steps
from devkit.kubectl import Kubectl
from devkit.nodeimage import NodeImage

# For clusters of the published node image, which can pull.
_PUBLIC_HELPER = "busybox:1.37.0"
_NAMESPACE = "kube-system"
_LABEL = "cardano-forge-dns-proof"
_SERVICE = "kubernetes.default.svc.cluster.local"
_DEADLINE_S = 120.0


def prove_dns(kubectl: Kubectl, nodes: tuple[str, ...], image: NodeImage) -> None:
    """Resolve a Service's name in one pod on each node; DNS itself runs on one or two of them.

    Raises:
        StepError: a pod could not resolve it in time.

    """
    helper = _PUBLIC_HELPER if image.published else nodeimage.HELPER_IMAGE
    pods = {
        "apiVersion": "v1",
        "kind": "List",
        "items": [pod(node, helper) for node in nodes],
    }
    selector = f"--selector={_LABEL}"
    try:
        kubectl.text("apply", "--filename=-", stdin=json.dumps(pods))
        steps.wait_for(
            f"a pod on each of {len(nodes)} nodes to resolve {_SERVICE}",
            lambda: _succeeded(kubectl.items("pods", f"--namespace={_NAMESPACE}", selector), nodes),
            deadline_s=_DEADLINE_S,
            diagnose=kubectl.overview,
        )
    finally:
        kubectl.text(
            "delete", "pods", f"--namespace={_NAMESPACE}", selector, "--wait=false", "--now"
        )


def pod(node: str, image: str) -> dict[str, Any]:
    """Return a pod that ends with success once it can resolve the API server's Service."""
    command = f"until nslookup {_SERVICE} | grep -q {_SERVICE}; do sleep 0.3; done"
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": f"{_LABEL}-{node}",
            "namespace": _NAMESPACE,
            "labels": {_LABEL: "yes"},
        },
        "spec": {
            "nodeName": node,
            "restartPolicy": "Never",
            "terminationGracePeriodSeconds": 0,
            "tolerations": [{"operator": "Exists"}],
            "containers": [
                {
                    "name": "proof",
                    "image": image,
                    "imagePullPolicy": "IfNotPresent",
                    "command": ["sh", "-c", command],
                }
            ],
        },
    }


def _succeeded(pods: list[dict[str, Any]], nodes: tuple[str, ...]) -> bool:
    done = [one for one in pods if one["status"].get("phase") == "Succeeded"]
    return len(done) == len(nodes)
