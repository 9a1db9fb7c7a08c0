"""Metrics of forging control: ages at the time of the scrape, and nothing that was not seen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from prometheus_client import CollectorRegistry

from forge_manager.base.moment import MILLISECOND, SECOND, Moment
from forge_manager.control.record import ControlRecord, LeaseTimes, RoundRecord
from forge_manager.control.status import ALONE, ForgingStatus
from forge_manager.forging.decision import Transition
from forge_manager.forging.phases import ForgingReason, Phase
from forge_manager.forging.situation import SentSighup
from forge_manager.metrics.forging import ForgingCollector
from forge_manager.settings.manager import parse_settings

if TYPE_CHECKING:
    from pathlib import Path

NOW_NS = 1000 * SECOND
NOTHING = RoundRecord(leases=(), guard_beat_ns=None, accepting_ns=None)
BY_LEASE = {"lease": "a-lease"}


class Page:
    """What one scrape at NOW_NS shows."""

    def __init__(
        self, directory: Path, more: dict[str, str] | None = None, *, managed: bool = True
    ) -> None:
        self.record, self.forging = ControlRecord(), ForgingStatus()
        env = {
            "LEASE_NAME": "a-lease",
            "HUB_LEASE_NAME": "the-pools",
            "STATE_DIR": str(directory if managed else directory / "missing"),
            "CHECKED_DIR": str(directory),
            **(more or {}),
        }
        self.registry = CollectorRegistry()
        self.registry.register(
            ForgingCollector(
                parse_settings(env), self.forging, self.record, lambda: Moment(NOW_NS, 0)
            )
        )

    def value(self, name: str, labels: dict[str, str] | None = None) -> float | None:
        return self.registry.get_sample_value(name, labels or {})


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(tmp_path)


def test_before_the_first_round_nothing_is_said_of_lease_guard_and_node(page: Page) -> None:
    assert page.value("cardano_lease_age_seconds", BY_LEASE) is None
    assert page.value("cardano_guard_heartbeat_age_seconds") is None
    assert page.value("cardano_node_socket_up") is None
    assert page.value("cardano_forging_intended", BY_LEASE) == 0


def test_ages_grow_until_the_scrape_even_when_no_round_follows(page: Page) -> None:
    lease = LeaseTimes(NOW_NS - 3 * SECOND, NOW_NS + 9 * SECOND)
    latest = RoundRecord((lease,), guard_beat_ns=NOW_NS - 20 * SECOND, accepting_ns=NOW_NS)
    page.record.saw(NOW_NS - 20 * SECOND, latest)
    assert page.value("cardano_lease_age_seconds", BY_LEASE) == 3
    assert page.value("cardano_lease_remaining_seconds", BY_LEASE) == 9
    assert page.value("cardano_guard_heartbeat_age_seconds") == 20


def test_the_hubs_lease_is_told_apart_from_the_own(page: Page) -> None:
    own, hub = (LeaseTimes(NOW_NS - n * SECOND, NOW_NS + n * SECOND) for n in (3, 5))
    page.record.saw(NOW_NS, replace(NOTHING, leases=(own, hub)))
    for name in ("cardano_lease_age_seconds", "cardano_lease_remaining_seconds"):
        assert page.value(name, BY_LEASE) == 3
        assert page.value(name, {"lease": "hub/the-pools"}) == 5


def test_each_lease_that_is_held_is_told_of_by_its_name(tmp_path: Path) -> None:
    page = Page(tmp_path, {"FORMER_LEASES": "b-former,a-former"})
    seen = tuple(LeaseTimes(NOW_NS - n * SECOND, None) for n in (1, 2, 3, 4))
    page.record.saw(NOW_NS, replace(NOTHING, leases=seen))
    in_order = ("a-former", "a-lease", "b-former", "hub/the-pools")
    for age, name in enumerate(in_order, 1):
        assert page.value("cardano_lease_age_seconds", {"lease": name}) == age


def test_a_guard_that_was_never_seen_is_as_old_as_control(page: Page) -> None:
    page.record.saw(NOW_NS - 8 * SECOND, NOTHING)
    page.record.saw(NOW_NS, NOTHING)
    assert page.value("cardano_guard_heartbeat_age_seconds") == 8
    assert page.value("cardano_lease_remaining_seconds", BY_LEASE) is None


@pytest.mark.parametrize(
    ("seconds_ago", "up"), [(0, 1), (3, 1), (4, 0), (None, 0)], ids=["now", "just", "late", "never"]
)
def test_the_socket_is_up_while_it_accepted_lately(
    page: Page, seconds_ago: int | None, up: int
) -> None:
    at_ns = None if seconds_ago is None else NOW_NS - seconds_ago * SECOND
    page.record.saw(NOW_NS, replace(NOTHING, accepting_ns=at_ns))
    assert page.value("cardano_node_socket_up") == up


@pytest.mark.parametrize("phase", Phase)
def test_forging_is_intended_from_the_order_to_switch_on_to_the_order_to_switch_off(
    page: Page, phase: Phase
) -> None:
    page.forging.publish(replace(ALONE, phase=phase, why="NodeUp"))
    intended = phase in (Phase.SWITCHING_ON, Phase.FORGING)
    assert page.value("cardano_forging_intended", BY_LEASE) == intended
    state = {"phase": phase.value, "reason": "NodeUp"}
    assert page.value("cardano_forging_state", state) == 1


def test_transitions_are_counted_and_their_sighups_timed(page: Page) -> None:
    on = Transition(Phase.SWITCHING_ON, Phase.FORGING, ForgingReason.FORGING_CONFIRMED)
    off = Transition(Phase.SWITCHING_OFF, Phase.STANDBY, ForgingReason.OFF_CONFIRMED)
    sighup = SentSighup(number=1, sent_ns=NOW_NS - 700 * MILLISECOND)
    page.record.changed(on, NOW_NS, sighup)
    page.record.changed(on, NOW_NS, sighup)
    page.record.changed(off, NOW_NS, None)  # adopted: this manager sent none
    labels = {"source": "SwitchingOn", "target": "Forging", "reason": "ForgingConfirmed"}
    assert page.value("cardano_forging_transitions_total", labels) == 2
    name = "cardano_sighup_confirmation_seconds"
    enable = {"reason": "enable_forging"}
    assert page.value(f"{name}_bucket", enable | {"le": "0.5"}) == 0
    assert page.value(f"{name}_bucket", enable | {"le": "0.75"}) == 2
    assert page.value(f"{name}_count", enable) == 2
    assert page.value(f"{name}_sum", enable) == pytest.approx(1.4)
    assert page.value(f"{name}_count", {"reason": "disable_forging"}) == 0


def test_a_sighup_that_took_longer_than_every_bound_is_counted(page: Page) -> None:
    on = Transition(Phase.SWITCHING_ON, Phase.FORGING, ForgingReason.FORGING_CONFIRMED)
    page.record.changed(on, NOW_NS, SentSighup(number=1, sent_ns=NOW_NS - 60 * SECOND))
    labels = {"reason": "enable_forging"}
    name = "cardano_sighup_confirmation_seconds"
    assert page.value(f"{name}_bucket", labels | {"le": "15.0"}) == 0
    assert page.value(f"{name}_count", labels) == 1


def test_without_a_guard_to_meet_nothing_is_said(tmp_path: Path) -> None:
    page = Page(tmp_path, managed=False)
    page.record.saw(NOW_NS, NOTHING)
    assert list(page.registry.collect()) == []
