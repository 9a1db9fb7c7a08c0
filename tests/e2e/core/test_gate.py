"""The node starts when its credentials are in place, once, whenever they come."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from forge_manager.commands.timeline.observations import MANAGER, NODE
from tests.e2e.framework.history import (
    assert_node_waited_for_the_manager,
    container,
    has_started,
    is_running,
    restarts,
)

if TYPE_CHECKING:
    from tests.e2e.framework.deployment import Deployment, Object
    from tests.support.keys import Pool

pytestmark = pytest.mark.timeout(300)

# The kubelet brings a changed Secret with its next sync of the pod: about a minute, and half more
# by its jitter. On top of that, what a loaded machine needs.
DELIVERY_DEADLINE_S = 150.0


def is_ready(pod: Object) -> bool:
    return container(pod, NODE).get("ready") is True


def manager_runs(pod: Object) -> bool:
    return is_running(pod, MANAGER)


def initialized_at(pod: Object) -> datetime:
    """Return when the last of init containers and sidecars was started: true."""
    (condition,) = (c for c in pod["status"]["conditions"] if c["type"] == "Initialized")
    return datetime.fromisoformat(condition["lastTransitionTime"])


def node_started_at(pod: Object) -> datetime:
    return datetime.fromisoformat(container(pod, NODE)["state"]["running"]["startedAt"])


def assert_one_start_behind_the_gate(deployment: Deployment, pod: Object) -> None:
    """The facts that `kubectl get pod -o json` has to show."""
    (manager,) = (c for c in pod["spec"]["initContainers"] if c["name"] == MANAGER)
    assert manager["restartPolicy"] == "Always"
    assert manager["startupProbe"]["httpGet"]["path"] == "/startup-status"
    assert [c["name"] for c in pod["spec"]["containers"]] == [NODE]
    assert container(pod, MANAGER)["started"] is True
    assert set(restarts(pod).values()) == {0}, deployment.timeline()
    assert node_started_at(pod) >= initialized_at(pod)
    assert_node_waited_for_the_manager(deployment.states())
    assert deployment.node_first_line_at() > deployment.gate_opened_at(), deployment.timeline()


def test_gate_at_first_start(deployment: Deployment, pool: Pool) -> None:
    deployment.put_secret(pool.issue())
    deployment.install()
    pod = deployment.wait_for_pod("a ready node", is_ready)
    assert_one_start_behind_the_gate(deployment, pod)
    status = deployment.wait_for_reason("CredentialsProvisioned")
    assert (status.code, status.body["status"]) == (200, "ready")
    assert status.body["credentials_provisioned"] is True
    deployment.wait_for_line(NODE, "stand-in for cardano-node")


def test_late_secret(deployment: Deployment, pool: Pool) -> None:
    """The Secret comes 20 s after the install and is delivered when the kubelet likes."""
    installed = time.monotonic()
    deployment.install()
    status = deployment.wait_for_reason("SourceMissing")
    assert (status.code, status.body["status"]) == (503, "not_ready")
    deployment.wait_for("20 s to pass", lambda: time.monotonic() >= installed + 20)
    assert not has_started(container(deployment.pod(), NODE))
    deployment.put_secret(pool.issue())
    pod = deployment.wait_for_pod("a ready node", is_ready, deadline_s=DELIVERY_DEADLINE_S)
    assert_one_start_behind_the_gate(deployment, pod)
    assert deployment.wait_for_reason("CredentialsProvisioned").code == 200


def test_wrong_secret_then_the_right_one(deployment: Deployment, pool: Pool) -> None:
    right = pool.issue(counter=1)
    deployment.put_secret(right.with_kes_of(pool.issue(counter=2)))
    deployment.install()
    status = deployment.wait_for_reason("KesKeyMismatch")
    assert (status.code, status.body["status"]) == (503, "error")
    assert not has_started(container(deployment.pod(), NODE))
    deployment.put_secret(right)
    deployment.hasten_delivery()
    pod = deployment.wait_for_pod("a ready node", is_ready)
    assert_one_start_behind_the_gate(deployment, pod)


def test_gate_longer_than_the_startup_probe_allows(deployment: Deployment, pool: Pool) -> None:
    """Only the sidecar restarts; the node has not run before the gate opens."""
    deployment.install(
        {"healthChecks": {"forgeManager": {"startupProbe": {"failureThreshold": 3}}}}
    )
    deployment.wait_for_pod("a restarted sidecar", lambda pod: restarts(pod).get(MANAGER, 0) >= 1)
    deployment.put_secret(pool.issue())
    pod = deployment.wait_for_pod("a ready node", is_ready)
    assert restarts(pod)[NODE] == 0, deployment.timeline()
    assert_node_waited_for_the_manager(deployment.states())


def test_without_the_probe_the_node_restarts_in_a_loop(deployment: Deployment, pool: Pool) -> None:
    """The contrast: what the gate is for."""
    deployment.install({"healthChecks": {"forgeManager": {"startupProbe": {"enabled": False}}}})
    deployment.wait_for_pod("two restarts", lambda pod: restarts(pod).get(NODE, 0) >= 2)
    deployment.wait_for_line(NODE, "cardano-node: start-up failed")
    assert deployment.wait_for_reason("SourceMissing").code == 503
    deployment.put_secret(pool.issue())
    deployment.hasten_delivery()
    pod = deployment.wait_for_pod("a ready node after all", is_ready)
    assert restarts(pod)[NODE] >= 2
