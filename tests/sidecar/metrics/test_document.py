"""docs/metrics.md and the page agree: every name, type and label, in both directions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from forge_manager.base.clocks import read_clocks
from forge_manager.base.reasons import Reason
from forge_manager.control.record import LeaseTimes, RoundRecord
from forge_manager.control.status import ALONE, ForgingStatus
from forge_manager.credentials.verdict import Check
from forge_manager.forging.cluster_permission import PERMITTED
from forge_manager.forging.decision import Transition
from forge_manager.forging.phases import ForgingReason, Phase
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
from tests.support.metric_names import documented, shown

if TYPE_CHECKING:
    from pathlib import Path

NOT_BASE_UNITS = re.compile(r"_(milliseconds|ms|minutes|hours|days|kilobytes|percent)\b")


def page(directory: Path) -> str:
    """The page of a pod in which everything has happened."""
    env = {"STATE_DIR": str(directory), "CHECKED_DIR": str(directory)}
    settings = parse_settings(env | {"ENABLE_CLUSTER_MANAGEMENT": "true"})
    gate, forging, telemetry = Gate(), ForgingStatus(), Telemetry()
    checks = (Check("kes_file", True, "", True),)
    gate.publish(GateState(GatePhase.READY, Reason.CREDENTIALS_PROVISIONED, "", checks=checks))
    forging.publish(replace(ALONE, phase=Phase.FORGING, leading=True, forging=True))
    telemetry.gate.put_in_place(["kes"])
    telemetry.sets.checked = CheckedSet(judge(GOOD, now=150.0), "one")
    telemetry.sets.live = judge(GOOD, now=150.0)
    telemetry.gate.became_ready(0.25)
    telemetry.control.sighups.labels("enable_forging").inc()
    telemetry.control.ended_unwatched = False
    telemetry.reads.add("genesis", lambda: False)
    telemetry.requests.counter("leases")("update", "200", 0.01)
    now_ns = read_clocks().boot_ns
    telemetry.control.saw(now_ns, RoundRecord((LeaseTimes(now_ns, now_ns),), now_ns, now_ns))
    telemetry.cluster.publish(
        ClusterState(Effective(ForgeState.ENABLED, 1), PERMITTED, True, ClusterHealth(healthy=True))
    )
    change = Transition(Phase.SWITCHING_ON, Phase.FORGING, ForgingReason.FORGING_CONFIRMED)
    telemetry.control.changed(change, now_ns, None)
    telemetry.requests.counter("leases")("update", "200", 0.01)
    return MetricsPage(settings, gate, forging, telemetry).response().body.decode()


def test_the_table_is_the_page(tmp_path: Path) -> None:
    found = shown(page(tmp_path))
    listed = documented()
    assert found == listed


def test_every_metric_has_a_help_text_and_base_units(tmp_path: Path) -> None:
    text = page(tmp_path)
    helped = dict(re.findall(r"^# HELP (\S+) (.+)$", text, re.MULTILINE))
    assert helped.keys() == shown(text).keys()
    assert [name for name in helped if NOT_BASE_UNITS.search(name)] == []
