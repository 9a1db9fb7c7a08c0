"""When a cluster counts as healthy, and who asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forge_manager.multicluster.health import UNKNOWN, ClusterHealth, HealthMonitor, after
from forge_manager.multicluster.probe import Outcome
from forge_manager.settings.cluster_spec import HealthCheck
from tests.sidecar.control.manager import logged
from tests.sidecar.publish.scripted import Clock

FINE = Outcome(True, "HTTP 200", 0.1)
BAD = Outcome(False, "HTTP 503", 0.2)
CHECK = HealthCheck(True, "http://me:hunter2@here/", 30, 10, 3, ())


class Bench:
    """A monitor, and everything around it."""

    def __init__(self) -> None:
        self.check = CHECK
        self.local = True
        self.left = UNKNOWN
        self.outcome = FINE
        self.asked = 0
        self.news = 0
        self.clock = Clock()
        self.monitor = HealthMonitor(
            check=lambda: self.check,
            local=lambda: self.local,
            former=lambda: self.left,
            ask=self._ask,
            clock=self.clock,
            wall=lambda: self.clock.now,
            news=self._hear,
        )

    def _ask(self, check: HealthCheck) -> Outcome:
        self.asked += 1
        return self.outcome

    def _hear(self) -> None:
        self.news += 1

    def run(self) -> ClusterHealth:
        """Turn as long as there is something to do at once."""
        while self.monitor.turn() == 0.0:
            continue
        return self.monitor.health

    def next(self) -> ClusterHealth:
        self.clock.now += self.check.interval_s
        return self.run()


def test_so_many_failures_in_a_row_are_unhealthy_and_one_success_is_healthy() -> None:
    seen, health = [], UNKNOWN
    for outcome in (BAD, BAD, FINE, BAD, BAD, BAD, BAD, FINE):
        health = after(health, outcome, 3, 0.0)
        seen.append((health.healthy, health.failures))
    true, false = [(True, 0), (True, 1), (True, 2)], [(False, 3), (False, 4), (True, 0)]
    assert seen == [(None, 1), (None, 2), *true, *false]


def test_it_asks_at_once_and_then_in_its_interval() -> None:
    bench = Bench()
    assert bench.run() == ClusterHealth(True, 0, 1000.0, "HTTP 200", 0.1)
    bench.clock.now += 29
    assert bench.monitor.turn() == 1.0
    assert bench.asked == 1
    bench.clock.now += 1
    bench.run()
    assert bench.asked == 2


def test_only_the_pod_of_the_own_lease_asks_and_knows() -> None:
    bench = Bench()
    bench.local = False
    assert (bench.run(), bench.asked) == (UNKNOWN, 0)
    bench.local, bench.outcome, bench.check = True, BAD, replace(CHECK, failure_threshold=1)
    assert bench.run().healthy is False
    bench.local = False
    assert bench.run() == UNKNOWN


@pytest.mark.parametrize("check", [replace(CHECK, enabled=False), replace(CHECK, endpoint="")])
def test_without_a_check_nothing_is_asked_or_known(check: HealthCheck) -> None:
    bench = Bench()
    bench.run()
    bench.check = check
    assert (bench.run(), bench.asked) == (UNKNOWN, 1)


def test_a_pod_that_takes_over_does_not_count_the_cluster_as_healthy_because_it_is_new() -> None:
    bench = Bench()
    bench.outcome, bench.left = BAD, ClusterHealth(False, 7)
    assert bench.run() == ClusterHealth(False, 8, 1000.0, "HTTP 503", 0.2)


def test_a_check_that_changed_begins_anew_at_once() -> None:
    bench = Bench()
    bench.outcome, bench.left = BAD, ClusterHealth(False, 7)
    bench.run()
    bench.check = replace(CHECK, endpoint="http://there/")
    assert bench.run() == ClusterHealth(None, 1, 1000.0, "HTTP 503", 0.2)
    assert bench.asked == 2


def test_changes_are_told_and_logged_without_the_endpoint(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    bench = Bench()
    bench.run()
    bench.outcome = BAD
    for _ in range(5):
        bench.next()
    said = logged(caplog)
    assert said.count("health check") == 2
    assert "HTTP 503" in said
    assert "hunter2" not in said
    assert bench.news == 6
