"""A release with three replicas of which one forges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.commands.timeline.observations import NODE
from tests.e2e.framework.history import container
from tests.e2e.framework.leader import forgers

if TYPE_CHECKING:
    from tests.e2e.framework.deployment import Deployment
    from tests.support.keys import Pool

REPLICAS = 3


def install_three(deployment: Deployment, pool: Pool) -> None:
    """Install them, and wait until all are ready and one forges."""
    deployment.put_secret(pool.issue())
    deployment.install({"replicaCount": REPLICAS})
    deployment.wait_for("three ready nodes", lambda: _all_ready(deployment))
    deployment.wait_for("a leader", lambda: forgers(deployment.namespace))


def _all_ready(deployment: Deployment) -> bool:
    nodes = [container(pod, NODE) for pod in deployment.namespace.items("pods")]
    return len(nodes) == REPLICAS and all(node.get("ready") is True for node in nodes)
