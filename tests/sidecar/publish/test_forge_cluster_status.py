"""What a CardanoForgeCluster says, and which pod writes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from forge_manager.control.status import ForgingState
from forge_manager.forging.cluster_permission import ClusterPermission, ClusterReason
from forge_manager.forging.phases import Phase
from forge_manager.multicluster.health import UNKNOWN, ClusterHealth, health_in
from forge_manager.multicluster.spec import Effective
from forge_manager.multicluster.view import ClusterState
from forge_manager.publish.forge_cluster_status import WRITTEN, StatusInputs, desired_status
from forge_manager.settings.cluster_spec import ForgeState
from tests.sidecar.multicluster.samples import FORGING, SECOND, WAITING, WELL
from tests.sidecar.publish.scripted import POD, STANDBY

FINE = ClusterHealth(True, 0, 1000.0, "HTTP 200", 0.0234)


def resource(**status: Any) -> dict[str, Any]:
    return {"metadata": {"resourceVersion": "7", "generation": 3}, "status": status}


def desired(
    state: ForgingState, cluster: ClusterState = WELL, wall_s: float = 0.0, **before: Any
) -> dict[str, Any]:
    status = desired_status(
        StatusInputs(state, cluster, POD, "ab" * 28), resource(**before), wall_s
    )
    assert status is not None
    return status


def conditions(status: dict[str, Any]) -> dict[str, str]:
    return {one["type"]: one["status"] for one in status["conditions"]}


def test_the_cluster_that_forges_tells_the_whole_story() -> None:
    status = desired(FORGING)
    told = {k: v for k, v in status.items() if k != "conditions"}
    assert told == {
        "effectiveState": "Priority-based",
        "effectivePriority": 7,
        "activeLeader": POD,
        "forgingEnabled": True,
        "reason": "ForgingConfirmed",
        "message": "The node's metric shows that it is forging.",
        "lastTransition": "1970-01-01T00:00:00Z",
        "healthStatus": None,
        "poolStatus": {"idHex": "ab" * 28},
        "observedGeneration": 3,
    }
    assert conditions(status) == {
        "Exclusive": "True",
        "Permitted": "True",
        "Healthy": "Unknown",
        "Forging": "True",
    }


def test_what_is_looked_for_in_the_definition_is_what_is_written() -> None:
    status = desired(FORGING)
    assert status.keys() == WRITTEN.fields
    assert conditions(status).keys() == WRITTEN.conditions


def test_one_that_waits_names_who_forges_elsewhere_and_why_it_waits() -> None:
    status = desired(SECOND, WAITING)
    assert (status["activeLeader"], status["forgingEnabled"]) == ("us/bp-1", False)
    assert status["reason"] == "WaitingForPriority"
    assert conditions(status)["Permitted"] == "False"


def test_a_node_that_still_forges_is_said_to_though_the_hub_is_lost() -> None:
    status = desired(replace(FORGING, leading=False, phase=Phase.SWITCHING_OFF))
    assert (status["activeLeader"], status["forgingEnabled"]) == (POD, True)


def test_what_is_not_known_of_the_node_is_said_so() -> None:
    status = desired(replace(FORGING, forging=None))
    assert (status["forgingEnabled"], status["reason"]) == (False, "ForgingUnknown")
    assert conditions(status)["Forging"] == "Unknown"


def test_without_a_hub_it_says_that_nothing_excludes_others() -> None:
    status = desired(replace(FORGING, hub_holder=""), replace(WELL, excludes=False))
    assert (status["activeLeader"], status["forgingEnabled"]) == (POD, True)
    assert status["reason"] == "NothingExcludesOthers"
    assert conditions(status)["Exclusive"] == "False"


def test_what_is_not_known_of_the_cluster_is_neither_permitted_nor_forbidden() -> None:
    unknown = replace(WELL, permission=ClusterPermission(False, ClusterReason.UNKNOWN))
    assert conditions(desired(SECOND, unknown))["Permitted"] == "Unknown"


@pytest.mark.parametrize("reason", ["", "repairs " * 100])
def test_an_override_is_said_with_its_reason(reason: str) -> None:
    effective = Effective(ForgeState.DISABLED, 1, overridden=True, reason=reason)
    disabled = ClusterPermission(False, ClusterReason.DISABLED)
    status = desired(SECOND, replace(WELL, effective=effective, permission=disabled))
    assert (status["effectiveState"], status["effectivePriority"]) == ("Disabled", 1)
    assert status["reason"] == "ClusterDisabled"
    assert "override applies" in status["message"]
    assert ("repairs" in status["message"]) is bool(reason)
    assert len(status["message"]) < 400


def test_times_are_those_of_the_last_change_only() -> None:
    before = desired(FORGING)
    assert desired(FORGING, WELL, 99.0, **before) == before
    after = desired(FORGING, replace(WELL, effective=Effective(ForgeState.ENABLED, 7)), 99.0)
    assert after["lastTransition"] == "1970-01-01T00:01:39Z"
    off = desired(SECOND, WAITING, 99.0, **before)
    times = {one["type"]: one["lastTransitionTime"] for one in off["conditions"]}
    assert (times["Exclusive"], times["Forging"]) == (
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:01:39Z",
    )


def test_the_health_check_is_shown_as_it_was_found() -> None:
    status = desired(FORGING, replace(WELL, health=FINE))
    assert status["healthStatus"] == {
        "healthy": True,
        "lastProbeTime": "1970-01-01T00:16:40Z",
        "consecutiveFailures": 0,
        "message": "HTTP 200",
        "responseTime": "0.023s",
    }
    assert conditions(status)["Healthy"] == "True"


@pytest.mark.parametrize(
    ("health", "written"),
    [
        (replace(FINE, probed_s=1059.0, response_s=9.0), False),
        (replace(FINE, probed_s=1060.0), True),
        (replace(FINE, probed_s=900.0), True),
        (ClusterHealth(False, 3, 1001.0, "HTTP 503", 0.1), True),
    ],
    ids=["soon", "a minute", "the clock was set back", "a change"],
)
def test_probes_that_find_the_same_are_written_once_a_minute(
    health: ClusterHealth, written: bool
) -> None:
    before = desired(FORGING, replace(WELL, health=FINE))
    after = desired(FORGING, replace(WELL, health=health), **before)
    assert (after["healthStatus"] != before["healthStatus"]) is written


def test_nothing_is_said_of_health_before_the_probes_have_decided() -> None:
    first = ClusterHealth(None, 1, 1000.0, "HTTP 503", 0.1)
    assert desired(FORGING, replace(WELL, health=first))["healthStatus"] is None


def test_an_unhealthy_cluster_is_found_so_by_the_next_pod() -> None:
    sick = ClusterHealth(False, 4, 1000.0, "HTTP 503", 0.1)
    status = desired(FORGING, replace(WELL, health=sick))
    assert health_in(resource(**status)) == ClusterHealth(False, 4)
    well = desired(FORGING, replace(WELL, health=FINE))
    assert health_in(resource(**well)) == UNKNOWN
    strange = {"healthy": False, "consecutiveFailures": "x"}
    assert health_in(resource(healthStatus=strange)) == ClusterHealth(False, 0)


def test_a_pod_that_handed_over_takes_back_its_own_name_and_leaves_the_rest() -> None:
    before = desired(FORGING, replace(WELL, health=FINE))
    status = desired(replace(STANDBY, why="Terminating"), WELL, 9.0, **before)
    assert (status["activeLeader"], status["forgingEnabled"]) == ("", False)
    assert status["reason"] == "Terminating"
    assert "healthStatus" not in status
    assert conditions(status) == conditions(before) | {"Forging": "False"}


@pytest.mark.parametrize(
    ("state", "named"),
    [
        (STANDBY, "pool-1"),
        (STANDBY, ""),
        (STANDBY, f"us/{POD}"),
        (replace(STANDBY, forging=True), POD),
        (replace(STANDBY, handed_over=False), POD),
        (replace(FORGING, phase=Phase.ADOPTING, forging=None), POD),
    ],
    ids=["another's", "nobody's", "namesake", "still forging", "not handed over", "just started"],
)
def test_what_is_not_this_pods_to_say_is_left(state: ForgingState, named: str) -> None:
    assert (
        desired_status(StatusInputs(state, WELL, POD, ""), resource(activeLeader=named), 0.0)
        is None
    )


def test_an_unknown_pool_is_not_shown() -> None:
    status = desired_status(StatusInputs(FORGING, WELL, POD, ""), resource(), 0.0)
    assert status is not None
    assert "poolStatus" not in status
