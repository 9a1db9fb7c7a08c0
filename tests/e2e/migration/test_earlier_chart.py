"""A release of the earlier chart becomes one of this chart, and the way back."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from devkit import steps
from devkit.steps import StepError
from forge_manager.commands.timeline.observations import NODE
from tests.e2e.framework.deployment import merged
from tests.e2e.framework.history import (
    assert_node_waited_for_the_manager,
    container,
    is_up,
    restarts,
)
from tests.e2e.migration import earlier, ledger
from tests.e2e.migration.terminal import BACK, FROM_EARLIER, RELEASE
from tests.support import producer

if TYPE_CHECKING:
    from pathlib import Path

    from devkit.namespace import Namespace
    from tests.e2e.framework.deployment import Deployment, Object
    from tests.e2e.migration.terminal import Terminal

pytestmark = pytest.mark.timeout(420)


def leader_status(namespace: Namespace) -> Object:
    said = namespace.run("get", "cardanoleader", earlier.LEASE, "--output=json")
    status: Object = json.loads(said).get("status", {})
    return status


def labels_of_claims(namespace: Namespace) -> Object:
    said = namespace.run("get", "statefulset", producer.NAME, "--output=json")
    (template,) = json.loads(said)["spec"]["volumeClaimTemplates"]
    labels: Object = template["metadata"]["labels"]
    return labels


@pytest.fixture(params=["Helm 3", "Helm 4"])
def release(
    request: pytest.FixtureRequest,
    earlier_definitions: None,
    terminal: Terminal,
    deployment: Deployment,
    tmp_path: Path,
) -> Deployment:
    """The earlier chart's, installed by either, as it is found after a while of forging."""
    namespace = deployment.namespace
    chart = tmp_path / "earlier" / earlier.CHART
    earlier.write_chart(chart, RELEASE, deployment.images.standin)
    # Helm 3 knows no apply by the server, and so leaves other owners of the fields.
    by_server = "true" if request.param == "Helm 4" else "false"
    terminal.run(f"helm install RELEASE {chart} -n NAMESPACE --server-side={by_server}")
    deployment.wait_for_pod("the earlier pod", lambda pod: is_up(pod, NODE))
    ledger.write(namespace, "blocks")
    now = datetime.now(UTC)
    namespace.apply(earlier.lease(now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")))
    left = {
        "leaderPod": producer.POD,
        "forgingEnabled": True,
        "lastTransitionTime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    patch = json.dumps({"status": left})
    namespace.run(
        *("patch", "cardanoleader", earlier.LEASE, "--subresource=status", "--type=merge"),
        f"--patch={patch}",
    )
    return deployment


def test_the_guide_moves_a_release_with_its_claim_and_back(
    release: Deployment, terminal: Terminal, values: Object
) -> None:
    namespace = release.namespace
    # With this only a StatefulSet that goes alone leaves its claims behind.
    gone_with_it = {"persistence": {"retentionPolicy": {"whenDeleted": "Delete"}}}
    terminal.write_values(merged(values, gone_with_it))
    uid, claim = release.pod()["metadata"]["uid"], ledger.claim_uid(namespace)
    there = terminal.guide(FROM_EARLIER)

    # What the guide is for. This attempt leaves the first objects of the new chart behind.
    with pytest.raises(StepError, match="updates to statefulset spec for fields other than"):
        terminal.run(there[4])
    assert release.pod()["metadata"]["uid"] == uid

    terminal.run(there[0])
    stopped = time.monotonic()
    terminal.run(there[1])
    assert release.pod() == {}
    for commands in there[2:]:
        terminal.run(commands)
    pod = release.wait_for_pod("a ready node", lambda pod: is_up(pod, NODE))
    release.wait_for_line(NODE, "tick")
    steps.say(f"from the first command to the first slot: {time.monotonic() - stopped:.0f} s")
    assert restarts(pod)[NODE] == 0
    new = pod["metadata"]["uid"]
    states = [state for state in release.states() if state["metadata"]["uid"] == new]
    assert_node_waited_for_the_manager(states)
    assert release.wait_for_reason("CredentialsProvisioned").code == 200
    assert (ledger.claim_uid(namespace), ledger.read(namespace)) == (claim, "blocks")
    assert "helm.sh/chart" not in labels_of_claims(namespace)
    release.wait_for(
        "a complete status",
        lambda: {c["type"] for c in leader_status(namespace).get("conditions", [])} >= {"Forging"},
    )

    history = json.loads(terminal.run("helm history RELEASE -n NAMESPACE --output json"))
    former = f"{earlier.CHART}-{earlier.VERSION}"
    revision = next(entry["revision"] for entry in history if entry["chart"] == former)
    for commands in terminal.guide(BACK):
        terminal.run(commands, REVISION=str(revision))
    pod = release.wait_for_pod(
        "the earlier pod again", lambda pod: is_up(pod, NODE) and pod["metadata"]["uid"] != new
    )
    assert not container(pod, "forge-guard")
    assert (ledger.claim_uid(namespace), ledger.read(namespace)) == (claim, "blocks")
    assert labels_of_claims(namespace)["helm.sh/chart"] == former
