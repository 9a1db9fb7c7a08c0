"""What operators see of three replicas, and what they ask of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.leader import forgers
from tests.e2e.framework.three_replicas import LEASE

if TYPE_CHECKING:
    from devkit.namespace import Namespace
    from tests.e2e.framework.case import Case

pytestmark = [pytest.mark.timeout(300), pytest.mark.timed]


def annotate(namespace: Namespace, annotation: str) -> None:
    namespace.run("annotate", "cardanoleader", LEASE, f"cardano.io/{annotation}")


def leader_object(namespace: Namespace) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        namespace.run("get", "cardanoleader", LEASE, "--output=json")
    )
    return found


def wait_until_seen(case: Case, forger: str) -> None:
    """Status and label name this pod, and only it."""

    def seen() -> bool:
        status = leader_object(case.namespace).get("status", {})
        said = (status.get("leaderPod"), status.get("forgingEnabled"))
        return said == (forger, True) and forgers(case.namespace) == [forger]

    case.three_replicas.deployment.wait_for(f"status and label of {forger}", seen)


def wait_until_held(case: Case) -> None:
    def held() -> bool:
        lease = json.loads(case.namespace.run("get", "lease", LEASE, "--output=json"))
        status = leader_object(case.namespace)["status"]
        released = not lease["spec"].get("holderIdentity") and status["leaderPod"] == ""
        return (
            released and not forgers(case.namespace) and not case.three_replicas.journal.forgers()
        )

    case.three_replicas.deployment.wait_for("nobody to forge", held)


def reasons(namespace: Namespace) -> set[str]:
    events = namespace.items(
        "events", "--field-selector=reportingComponent=cardano.io/forge-manager"
    )
    return {event["reason"] for event in events}


def test_operators_see_who_forges_hand_over_and_hold(case: Case) -> None:
    namespace, leader, named = case.namespace, case.leader, case.standbys[-1]
    wait_until_seen(case, leader.pod)

    faults.hand_over(case, named)
    assert case.wait_for_forger(other_than=leader.run) == named.run
    wait_until_seen(case, named.pod)
    case.judge(none_below_s=1)
    annotations = leader_object(namespace)["metadata"].get("annotations", {})
    assert "cardano.io/hand-over-to" not in annotations

    annotate(namespace, "hand-over-to=producer-7")
    case.three_replicas.deployment.wait_for(
        "the refusal", lambda: "HandOverRefused" in reasons(namespace)
    )
    assert case.three_replicas.journal.forgers() == {named.run}

    annotate(namespace, "hold-forging=true")
    wait_until_held(case)
    annotate(namespace, "hold-forging-")
    wait_until_seen(case, case.wait_for_forger().pod)
    found = {"LeaseAcquired", "ForgingConfirmed", "HandingOver", "HeldOff", "OffConfirmed"}
    assert found <= reasons(namespace)
