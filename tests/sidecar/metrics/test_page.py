"""The metrics page: earlier names and labels, and values that were observed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from forge_manager import __version__
from forge_manager.base.reasons import Reason
from forge_manager.control.status import ALONE, ForgingStatus
from forge_manager.credentials.verdict import Check
from forge_manager.forging.cluster_permission import ClusterPermission, ClusterReason
from forge_manager.forging.phases import Phase as ForgingPhase
from forge_manager.gate.record import CheckedSet
from forge_manager.gate.state import Gate, GatePhase, GateState
from forge_manager.metrics.page import MetricsPage
from forge_manager.metrics.telemetry import Telemetry
from forge_manager.multicluster.health import ClusterHealth
from forge_manager.multicluster.spec import Effective
from forge_manager.multicluster.view import ClusterState
from forge_manager.settings.cluster_spec import ForgeState
from forge_manager.settings.manager import parse_settings
from tests.sidecar.credentials.damage import GOOD
from tests.sidecar.credentials.judging import judge
from tests.support.keys import Pool

NEWER = Pool.generate(b"damage").issue(counter=1)

ENV = {
    "POD_NAME": "bp-0",
    "NAMESPACE": "pool",
    "CARDANO_NETWORK": "preview",
    "POOL_ID": "pool1abcdefghijk",
    "POOL_TICKER": "TICK",
}


def _samples(
    gate: Gate | None = None,
    telemetry: Telemetry | None = None,
    forging: ForgingStatus | None = None,
    **env: str,
) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    page = MetricsPage(
        parse_settings(ENV | env),
        gate or Gate(),
        forging or ForgingStatus(),
        telemetry or Telemetry(),
    )
    response = page.response()
    assert response.content_type.startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(response.body.decode())
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_forging_is_what_the_node_says_and_not_what_was_asked_of_it() -> None:
    forging, telemetry = ForgingStatus(), Telemetry()
    telemetry.control.sighups.labels("enable_forging").inc()
    telemetry.control.leadership_changes.inc()
    telemetry.control.guard_kills = 2
    forging.publish(replace(ALONE, phase=ForgingPhase.SWITCHING_ON, leading=True, forging=False))
    samples = {name: value for (name, _), value in _samples(None, telemetry, forging).items()}
    assert samples["cardano_leader_status"] == 1
    assert samples["cardano_forging_enabled"] == 0
    assert samples["cardano_guard_node_kills_total"] == 2
    assert samples["cardano_sighup_signals_total"] == 1
    assert samples["cardano_leadership_changes_total"] == 1
    forging.publish(replace(ALONE, phase=ForgingPhase.FORGING, leading=True, forging=True))
    samples = {name: value for (name, _), value in _samples(None, telemetry, forging).items()}
    assert samples["cardano_forging_enabled"] == 1


@pytest.mark.parametrize(("ended", "shown"), [(None, None), (False, 0), (True, 1)])
def test_a_node_that_ended_unwatched_is_shown_once_it_was_looked_for(
    ended: bool | None, shown: int | None
) -> None:
    telemetry = Telemetry()
    if ended is not None:
        telemetry.control.ended_unwatched = ended
    assert _samples(telemetry=telemetry).get(("cardano_node_ended_unwatched", ())) == shown


def test_what_is_not_known_of_the_node_has_no_sample() -> None:
    forging = ForgingStatus()
    forging.publish(replace(ALONE, phase=ForgingPhase.ADOPTING, forging=None))
    assert "cardano_forging_enabled" not in {name for name, _ in _samples(None, None, forging)}


def test_the_earlier_names_and_labels_are_there_and_nobody_forges() -> None:
    samples = _samples()
    leader = (
        ("application", "block-producer"),
        ("network", "preview"),
        ("pod", "bp-0"),
        ("pool_id", "pool1abcde"),
    )
    assert samples["cardano_forging_enabled", leader] == 0
    assert samples["cardano_leader_status", leader] == 0
    assert samples["cardano_leadership_changes_total", ()] == 0
    info = (
        ("application_type", "block-producer"),
        ("namespace", "pool"),
        ("network", "preview"),
        ("pod_name", "bp-0"),
        ("pool_id", "pool1abcdefghijk"),
        ("pool_ticker", "TICK"),
        ("version", __version__),
    )
    assert samples["cardano_forge_manager_info_info", info] == 1
    ours = (*info[:5], ("pool_name", "unknown"), *info[5:])
    assert samples["cardano_forge_manager_info", ours] == 1


def test_cluster_metrics_are_there_when_it_is_switched_on() -> None:
    labels = (
        ("cluster", "c1"),
        ("network", "preview"),
        ("pool_id", "pool1abcde"),
        ("region", "eu"),
    )
    name = "cardano_cluster_forge_priority"
    assert not [key for key in _samples() if key[0] == name]
    samples = _samples(
        ENABLE_CLUSTER_MANAGEMENT="true",
        CLUSTER_IDENTIFIER="c1",
        CLUSTER_REGION="eu",
        CLUSTER_PRIORITY="7",
    )
    assert samples[name, labels] == 7
    assert samples["cardano_cluster_forge_enabled", labels] == 0
    assert not [key for key in samples if key[0] == "cardano_cluster_exclusion"]


@pytest.mark.parametrize("healthy", [None, True, False])
@pytest.mark.parametrize("excludes", [True, False])
@pytest.mark.parametrize("permitted", [True, False])
def test_what_a_cluster_may_is_what_control_was_told_last(
    permitted: bool, excludes: bool, healthy: bool | None
) -> None:
    telemetry = Telemetry()
    effective = Effective(ForgeState.ENABLED, 3, overridden=True)
    permission = ClusterPermission(permitted, ClusterReason.WAITING)
    telemetry.cluster.publish(ClusterState(effective, permission, excludes, ClusterHealth(healthy)))
    found = _samples(None, telemetry, ENABLE_CLUSTER_MANAGEMENT="true", CLUSTER_PRIORITY="7")
    samples = {name: value for (name, _), value in found.items() if "_cluster_" in name}
    assert samples.pop("cardano_cluster_healthy", None) == healthy
    assert samples == {
        "cardano_cluster_forge_enabled": permitted,
        "cardano_cluster_forge_priority": 3,
        "cardano_cluster_exclusion": excludes,
    }


def test_the_gate_and_its_checks_are_shown() -> None:
    gate = Gate()
    checks = (
        Check("kes_file", True, "", True),
        Check("pool_id", True, "", False),
        Check("pool_id", False, "", False, Reason.POOL_ID_MISMATCH),
        Check("kes_period", None, "", False, Reason.KES_PERIOD_UNCHECKED),
    )
    gate.publish(GateState(GatePhase.ERROR, Reason.KES_KEY_MISMATCH, "", checks=checks))
    samples = _samples(gate)
    assert samples["cardano_startup_ready", ()] == 0
    state = (("reason", "KesKeyMismatch"), ("status", "error"))
    assert samples["cardano_startup_state", state] == 1
    shown = {dict(k[1])["check"]: v for k, v in samples.items() if "check_ok" in k[0]}
    assert shown == {"kes_file": 1, "pool_id": 0}


def test_what_is_in_place_and_what_was_done_is_shown() -> None:
    telemetry = Telemetry()
    assert not [key for key in _samples(telemetry=telemetry) if "kes_expiry" in key[0]]
    telemetry.gate.put_in_place(["kes", "vrf"])
    telemetry.gate.put_in_place(["kes"])
    telemetry.sets.checked = CheckedSet(judge(GOOD, now=150.0), "set-1")
    telemetry.gate.became_ready(0.25)
    samples = _samples(telemetry=telemetry)
    operation = (("file", "kes"), ("operation", "copy"))
    assert samples["cardano_credential_operations_total", operation] == 2
    assert samples["cardano_kes_expiry_timestamp_seconds", ()] == 6200
    assert samples["cardano_kes_remaining_periods", ()] == 61
    assert samples["cardano_opcert_counter", ()] == 0
    assert samples["cardano_startup_duration_seconds", ()] == 0.25


def test_the_certificate_is_the_nodes_while_it_has_one() -> None:
    telemetry = Telemetry()
    telemetry.sets.checked = CheckedSet(judge(NEWER, now=150.0), "set-2")
    telemetry.sets.live = judge(GOOD, now=150.0)
    samples = {name: value for (name, _), value in _samples(telemetry=telemetry).items()}
    assert samples["cardano_opcert_counter"] == 0
    assert samples["cardano_opcert_checked_counter"] == 1
    telemetry.sets.live = None
    samples = {name: value for (name, _), value in _samples(telemetry=telemetry).items()}
    assert samples["cardano_opcert_counter"] == 1


def test_requests_to_the_api_are_counted_and_timed() -> None:
    telemetry = Telemetry()
    count = telemetry.requests.counter("leases")
    for seconds, outcome in ((0.004, "200"), (0.01, "200"), (0.2, "409"), (99.0, "timeout")):
        count("update", outcome, seconds)
    samples = _samples(None, telemetry)
    name = "cardano_forge_manager_api_requests_total"
    labels = (("resource", "leases"), ("verb", "update"))
    found = {key[0][1]: value for (n, key), value in samples.items() if n == name}
    assert found == {"200": 2, "409": 1, "timeout": 1}
    name = "cardano_forge_manager_api_request_seconds"
    buckets = {
        dict(key)["le"]: value for (n, key), value in samples.items() if n == f"{name}_bucket"
    }
    assert [buckets[le] for le in ("0.005", "0.01", "0.1", "0.25", "10.0", "+Inf")] == [
        1,
        2,
        2,
        3,
        3,
        4,
    ]
    assert samples[f"{name}_count", labels] == 4
    assert samples[f"{name}_sum", labels] == 99.214
