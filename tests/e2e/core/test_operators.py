"""What operators see of three replicas, and what they ask of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.core.test_one_forger import (
    PODS,
    TICK_S,
    assert_never_two,
    wait_for_another,
    wait_until_all_are_ready,
    witness,
)

if TYPE_CHECKING:
    from tests.e2e.framework.deployment import Deployment
    from tests.e2e.framework.witness import Witness

__all__ = ["witness"]
pytestmark = [pytest.mark.timeout(300), pytest.mark.timed]

LEADER = "producer-leader"


def annotate(deployment: Deployment, annotation: str) -> None:
    deployment.namespace.run("annotate", "cardanoleader", LEADER, f"cardano.io/{annotation}")


def leader_object(deployment: Deployment) -> dict[str, Any]:
    text = deployment.namespace.run("get", "cardanoleader", LEADER, "--output=json")
    found: dict[str, Any] = json.loads(text)
    return found


def labelled(deployment: Deployment) -> list[str]:
    pods = deployment.namespace.items("pods", "--selector=cardano.io/forging=true")
    return [pod["metadata"]["name"] for pod in pods]


def wait_until_seen(deployment: Deployment, forger: str) -> None:
    """Status and label name this pod, and only it."""

    def seen() -> bool:
        status = leader_object(deployment).get("status", {})
        said = (status.get("leaderPod"), status.get("forgingEnabled"))
        return said == (forger, True) and labelled(deployment) == [forger]

    deployment.wait_for(f"status and label of {forger}", seen)


def wait_until_held(deployment: Deployment, witness: Witness) -> None:
    def held() -> bool:
        lease = json.loads(deployment.namespace.run("get", "lease", LEADER, "--output=json"))
        status = leader_object(deployment)["status"]
        released = not lease["spec"].get("holderIdentity") and status["leaderPod"] == ""
        return released and not labelled(deployment) and witness.forger() is None

    deployment.wait_for("nobody to forge", held)


def reasons(deployment: Deployment) -> set[str]:
    events = deployment.namespace.items(
        "events", "--field-selector=reportingComponent=cardano.io/forge-manager"
    )
    return {event["reason"] for event in events}


def test_operators_see_who_forges_hand_over_and_hold(
    deployment: Deployment, witness: Witness
) -> None:
    wait_until_all_are_ready(deployment)
    first = witness.forger()
    assert first is not None
    wait_until_seen(deployment, first)

    named = next(pod for pod in reversed(PODS) if pod != first)
    since = datetime.now(UTC)
    annotate(deployment, f"hand-over-to={named}")
    assert wait_for_another(deployment, witness, first) == named
    wait_until_seen(deployment, named)
    assert_never_two(witness, gap_s=1 + 2 * TICK_S, since=since)
    annotations = leader_object(deployment)["metadata"].get("annotations", {})
    assert "cardano.io/hand-over-to" not in annotations

    annotate(deployment, "hand-over-to=producer-7")
    deployment.wait_for("the refusal", lambda: "HandOverRefused" in reasons(deployment))
    assert witness.forger() == named

    annotate(deployment, "hold-forging=true")
    wait_until_held(deployment, witness)
    annotate(deployment, "hold-forging-")
    again = deployment.wait_for("forging again", witness.forger)
    wait_until_seen(deployment, again)
    found = {"LeaseAcquired", "ForgingConfirmed", "HandingOver", "HeldOff", "OffConfirmed"}
    assert found <= reasons(deployment)
