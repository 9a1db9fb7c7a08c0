"""docs/metrics.md and the page agree: every name, type and label, in both directions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from forge_manager.clocks import read_clocks
from forge_manager.control.record import Round
from forge_manager.control.status import ALONE, ForgingStatus
from forge_manager.credentials.verdict import Check
from forge_manager.forging.decision import Transition
from forge_manager.forging.phases import ForgingReason, Phase
from forge_manager.metrics import MetricsPage
from forge_manager.reasons import Reason
from forge_manager.settings import parse_settings
from forge_manager.status import Gate, GateState
from forge_manager.status import Phase as GatePhase
from forge_manager.telemetry import Telemetry
from tests.sidecar.credentials.damage import GOOD
from tests.sidecar.credentials.judging import judge
from tests.support.metric_names import Row, documented

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
    telemetry.credentials_copied(["kes"])
    telemetry.set_checked(judge(GOOD, now=150.0), "one")
    telemetry.set_live(judge(GOOD, now=150.0))
    telemetry.became_ready(0.25)
    telemetry.signalled("enable_forging")
    telemetry.found_ended(ended=False)
    telemetry.requests.counter("leases")("update", "200", 0.01)
    now_ns = read_clocks().boot_ns
    telemetry.control.saw(now_ns, Round(now_ns, now_ns, now_ns, now_ns))
    change = Transition(Phase.SWITCHING_ON, Phase.FORGING, ForgingReason.FORGING_CONFIRMED)
    telemetry.control.changed(change, now_ns, None)
    telemetry.requests.counter("leases")("update", "200", 0.01)
    return MetricsPage(settings, gate, forging, telemetry).response().body.decode()


def shown(text: str) -> dict[str, Row]:
    """Every metric of a page, as the table would have it."""
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    labels: dict[str, set[str]] = {name: set() for name in types}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            name = re.sub(r"_(bucket|sum|count)$", "", sample.name)
            labels[name if name in types else sample.name] |= sample.labels.keys() - {"le"}
    return {name: Row(kind, frozenset(labels[name])) for name, kind in types.items()}


def test_the_table_is_the_page(tmp_path: Path) -> None:
    found = shown(page(tmp_path))
    listed = documented()
    assert found == listed


def test_every_metric_has_a_help_text_and_base_units(tmp_path: Path) -> None:
    text = page(tmp_path)
    helped = dict(re.findall(r"^# HELP (\S+) (.+)$", text, re.MULTILINE))
    assert helped.keys() == shown(text).keys()
    assert [name for name in helped if NOT_BASE_UNITS.search(name)] == []
