"""How each version limits connections to its metrics, with real ones.

Lower bounds are exact, since a turn never comes early; upper ones leave room on a busy machine.
"""

from __future__ import annotations

import math
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.e2e.standin.accept_limits import OpenConnections
from tests.standin.metrics_client import GET, Connection, scrape_anew
from tests.support.network import CustomNetwork
from tests.support.standin import StandinProcess

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.waits

RUN = "TracePrometheusSimpleRun"


class Limits(NamedTuple):
    version: str
    per_second: int
    per_host: int
    in_all: int


LIMITS = [
    Limits("10.6", 3, 4, 12),
    Limits("10.7.0", 3, 4, 12),
    Limits("10.7.1", 8, 5, 16),
    Limits("11.0.1-1", 8, 5, 16),
    Limits("11.1", 8, 5, 16),
]
each_version = pytest.mark.parametrize("limits", LIMITS, ids=lambda limits: limits.version)


def burst(per_second: float) -> int:
    """The most that are accepted at once: one turn held, a second's saved, one waiting for room."""
    return math.ceil(per_second) + 2


@each_version
def test_connections_are_accepted_at_the_versions_rate(home: Path, limits: Limits) -> None:
    later = 2 * limits.per_second
    with StandinProcess.start(home, NODE_VERSION=limits.version) as node:
        node.wait_until_up()
        took = scrape_anew(node.metrics_port, burst(limits.per_second) + later)
    assert 0.95 * (later - 1) / limits.per_second <= took <= 2 * later / limits.per_second + 1


@each_version
def test_too_many_open_connections_are_closed_at_once_by_host_and_in_all(
    home: Path, limits: Limits
) -> None:
    with StandinProcess.start(home, NODE_VERSION=limits.version) as node, ExitStack() as kept:

        def connect(host: int) -> Connection:
            return kept.enter_context(Connection(node.metrics_port, f"127.0.0.{host}"))

        node.wait_until_up()
        hosts = [2 + number // limits.per_host for number in range(limits.in_all)]
        first = connect(2)
        assert first.is_served()
        assert all(connect(host).is_served() for host in hosts[1 : limits.per_host])
        assert not connect(2).is_served()
        assert all(connect(host).is_served() for host in hosts[limits.per_host :])
        assert not connect(9).is_served()
        first.close()
        node.wait_for(lambda: connect(2).is_served(), "room for another")


def test_connections_above_the_rate_wait_in_the_backlog(home: Path) -> None:
    with StandinProcess.start(home) as node, ExitStack() as kept:
        node.wait_until_up()
        connections = [
            kept.enter_context(Connection(node.metrics_port, f"127.0.0.{number}"))
            for number in range(2, 13)
        ]  # each of them connects, and none is refused
        for connection in connections:
            connection.send(GET)
        began = time.monotonic()
        for connection in connections:  # in the order in which they came
            connection.answer()
        assert time.monotonic() - began >= (len(connections) - burst(3) - 1) / 3


def test_abandoned_connections_still_use_their_turn(home: Path) -> None:
    with StandinProcess.start(home) as node:
        node.wait_until_up()
        for _ in range(burst(3) + 6):
            Connection(node.metrics_port).close()
        assert scrape_anew(node.metrics_port, 1) >= 5 / 3


@pytest.mark.parametrize("version", ["10.6", "10.7.0"])
def test_earlier_versions_do_not_read_other_limits(home: Path, version: str) -> None:
    CustomNetwork().write(home / "config", {RUN: {"connPerSecond": 0, "connCountPerHost": "x"}})
    with StandinProcess.start(home, NODE_VERSION=version) as node:
        node.wait_until_up()
        assert scrape_anew(node.metrics_port, burst(3) + 4) >= 0.95


LATER = pytest.mark.parametrize("version", ["10.7.1", "11.0", "11.1"])


@LATER
def test_later_versions_can_be_told_to_accept_at_any_rate(home: Path, version: str) -> None:
    CustomNetwork().write(home / "config", {RUN: {"connPerSecond": 0}})
    with StandinProcess.start(home, NODE_VERSION=version) as node:
        node.wait_until_up()
        scrapes = burst(8) + 60  # at 8 a second more than seven seconds
        assert scrape_anew(node.metrics_port, scrapes) < 5


@LATER
def test_later_versions_can_be_told_other_counts_and_silence(home: Path, version: str) -> None:
    told = {"connCountPerHost": 1, "connCountGlobal": 2, "connTimeout": 1}
    CustomNetwork().write(home / "config", {RUN: told})
    with StandinProcess.start(home, NODE_VERSION=version) as node, ExitStack() as kept:
        node.wait_until_up()
        connections = [
            kept.enter_context(Connection(node.metrics_port, f"127.0.0.{host}"))
            for host in (2, 2, 3, 4)
        ]
        assert [each.is_served() for each in connections] == [True, False, True, False]
        assert 0.5 < connections[2].seconds_until_closed() < 5


@pytest.mark.parametrize("told", [7, {"connPerSecond": "3"}, {"connCountGlobal": 1.5}])
def test_limits_of_a_wrong_kind_are_refused(home: Path, told: object) -> None:
    CustomNetwork().write(home / "config", {RUN: told})
    with StandinProcess.start(home, NODE_VERSION="11.0") as node:
        assert node.wait_for_exit() == 1
    assert "config.json" in node.output


def test_limits_of_0_are_none() -> None:
    open_ones = OpenConnections(per_host=0, in_all=0)
    assert all(open_ones.admit("a") for _ in range(100))
