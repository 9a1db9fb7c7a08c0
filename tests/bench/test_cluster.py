"""What starts, changes of the leader and counted requests say: the figures made of them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from bench.cluster import cost, hand_over, start_up
from bench.cluster.cost import Reading
from bench.cluster.hand_over import Change
from bench.cluster.profiles import Profile, profiles
from bench.cluster.site import Start
from bench.report.figure import Figure, Limit

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
UNGATED = Limit(4.0, "the same pod without the probe")


def by_name(figures: list[Figure]) -> dict[str, Figure]:
    """Return figures by the last part of their name."""
    return {figure.name.rpartition("/")[2]: figure for figure in figures}


def profile(name: str = "waiting", period: float = 1) -> Profile:
    """Return a timing."""
    return Profile(name, {"initialDelaySeconds": 0, "periodSeconds": period})


def starts_of(name: str, *, node: float, late: float = 0.5) -> dict[str, Figure]:
    """Return the figures of a start whose node comes at `node`, and `late` after late keys."""
    early = [Start(sidecar=3.0, ready=3.4, node=node)]
    after = [Start(sidecar=3.0, ready=10.0, node=10.0 + late)]
    return by_name(list(start_up.figures(profile(name), early, after, UNGATED)))


def test_the_gates_cost_is_what_a_start_takes_longer_than_without_it() -> None:
    found = starts_of("waiting", node=4.7)
    assert found["gate-cost"].value == pytest.approx(0.7)
    assert found["gate-cost"].holds
    assert found["node"].limit == UNGATED


@pytest.mark.parametrize(("name", "holds"), [("waiting", False), ("default", True)])
def test_the_cost_is_bound_where_the_probe_waits(name: str, holds: bool) -> None:
    assert starts_of(name, node=5.1)["gate-cost"].holds is holds


@pytest.mark.parametrize(("late", "holds"), [(0.9, True), (1.1, False)])
def test_late_keys_are_noticed_within_a_period_of_the_probe(late: float, holds: bool) -> None:
    assert starts_of("waiting", node=4.7, late=late)["after-ready"].holds is holds


def test_the_timings_are_those_of_the_chart_and_its_examples() -> None:
    found = {each.name: each for each in profiles()}
    assert (found["default"].delay_s, found["default"].period_s) == (5, 3)
    assert (found["faster"].delay_s, found["faster"].period_s) == (2, 2)
    assert (found["waiting"].delay_s, found["waiting"].period_s) == (0, 1)
    assert "wait=" in found["waiting"].probe["httpGet"]["path"]
    assert found["waiting"].probe["httpGet"]["port"] == found["default"].probe["httpGet"]["port"]


def change(*, free: float, acquired: float, first_tick: float) -> Change:
    """Return a change whose leader forged last one second after it began; seconds from there."""
    at = [BEGUN + timedelta(seconds=seconds) for seconds in (0, 1, free, acquired, first_tick, 99)]
    return Change(*at)


def test_a_change_is_made_of_its_parts() -> None:
    planned = change(free=1.4, acquired=1.5, first_tick=1.6)
    lost = change(free=15.0, acquired=15.1, first_tick=15.3)
    found = by_name(list(hand_over.figures([planned], [3.0], [lost])))
    assert found["planned"].value == pytest.approx(0.6)
    assert found["planned"].ratio == pytest.approx(3.0)
    parts = [found[f"planned-{number}"].value for number in range(1, 5)]
    assert parts == pytest.approx([1.0, 0.4, 0.1, 0.1])
    assert found["killed"].value == 3.0
    assert found["lost"].value == pytest.approx(14.3)
    assert [found[f"lost-{number}"].value for number in (1, 2)] == pytest.approx([14.0, 0.1])


def test_requests_are_counted_a_minute_in_all_and_by_verb() -> None:
    def reading(at: float, **requests: int) -> Reading:
        return Reading(at, {}, Counter({name.replace("_", " "): n for name, n in requests.items()}))

    before = [reading(0.0, update_leases=10, get_leases=4), reading(0.1)]
    after = [reading(120.0, update_leases=70, get_leases=4), reading(120.1, watch_leases=2)]
    found = {each.what: each.value for each in cost.requests_a_minute(before, after)}
    assert found["requests a minute, leader and one standby"] == 31
    assert found["of them: update leases"] == 30
    assert found["of them: watch leases"] == 1
    assert "of them: get leases" not in found
