"""The forger's own API server is away, and the hub is not: its Lease alone keeps the others off."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.hub import LEASE_S
from tests.e2e.framework.machines import api_address
from tests.e2e.framework.replica import Part

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from tests.e2e.framework.api_server import ApiServer
    from tests.e2e.framework.two_clusters import TwoClustersCase

pytestmark = [pytest.mark.timed, pytest.mark.timeout(1200)]

FAILSAFE_S = 300
REPLACED_S = LEASE_S + 2
#: It takes 5 s to start where nothing else runs, and is away for 280 s then.
STOPPED_S = 275
#: After it is served for so long, a lease that was not renewed would have run out.
RENEWED_S = 30


@contextlib.contextmanager
def failsafe(case: TwoClustersCase) -> Iterator[TwoClustersCase]:
    """Have the preferred cluster elect as it does by default, and settle again."""
    two_clusters = case.two_clusters
    with two_clusters.east.failsafe(FAILSAFE_S):
        yield two_clusters.settled()


def without_own_api_server(case: TwoClustersCase) -> AbstractContextManager[ApiServer]:
    east = case.two_clusters.east
    return east.machines.without_api_server(east.namespace.kubectl)


def forgers(case: TwoClustersCase) -> set[str]:
    """Return the uids of the pods that have forged since the case began."""
    return {line.run.uid for line in case.lines() if line.event == "tick"}


def test_own_api_server_stopped(case: TwoClustersCase) -> None:
    with failsafe(case) as began:
        stopped = time.monotonic()
        with without_own_api_server(began) as server:
            began.watch(STOPPED_S, meanwhile=server.kill)
        began.note(f"away for {time.monotonic() - stopped:.0f} s")
        began.watch(RENEWED_S)
        began.judge(none_below_s=0.5)
        assert forgers(began) == {began.leader.run.uid}


def test_forger_lost_while_its_api_server_is_away(case: TwoClustersCase) -> None:
    with failsafe(case) as began:
        with without_own_api_server(began) as server:
            began.watch(LEASE_S, meanwhile=server.kill)
            with began.leader.machine.without_kubelet():
                began.leader.signal("KILL", Part.MANAGER, Part.GUARD, Part.NODE)
                began.wait_for_forger_in(began.two_clusters.west)
        began.wait_for_forger_in(began.two_clusters.east)
        began.watch(3)
        began.judge(none_below_s=REPLACED_S)


def test_forger_alone_cut_off_from_its_api_server(case: TwoClustersCase) -> None:
    """The other replica follows it in the own Lease, and waits for the hub's."""
    with failsafe(case) as began:
        own = api_address(began.two_clusters.east.namespace.kubectl)
        with began.leader.cut_off(own):
            began.watch(4 * LEASE_S)
            assert forgers(began) == {began.leader.run.uid}, began.history()
        began.watch(LEASE_S)
        began.wait_for_forger_in(began.two_clusters.east)
        began.watch(3)
        began.judge(none_below_s=3)
