"""A manager of a release whose Lease has changed its name, with a real guard and a real node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forge_manager.forging.phases import Phase
from tests.sidecar.control.manager import USUAL, forges, running, wait_for_rounds
from tests.sidecar.control.memory_lease import MemoryLease
from tests.sidecar.guard.pod import Pod
from tests.sidecar.waiting import until

if TYPE_CHECKING:
    from tests.support.standin import StandinProcess

pytestmark = pytest.mark.waits


def holder(lease: MemoryLease) -> str:
    return lease.lease.record.holder


def test_it_forges_while_it_holds_every_lease_and_lets_go_of_all(
    pod: Pod, node: StandinProcess
) -> None:
    former, own = MemoryLease(), MemoryLease()
    former.edit(holder="b-0_uid")
    with running(pod, own, node.metrics_port, also=former) as manager:
        until(lambda: manager.status.state.why == "LeaseHeld", "the former Lease", seconds=20)
        wait_for_rounds(manager, 5)
        state = manager.status.state
        assert (state.local, state.leading, state.holder) == (False, False, "b-0_uid")
        until(lambda: forges(manager), "the former Lease to run out", seconds=20)
        assert holder(own) == holder(former) == manager.status.state.holder == "a-0_uid"
        assert manager.status.state.local
        manager.terminating = True
        until(lambda: manager.status.state.handed_over, seconds=10)
        assert holder(own) == holder(former) == ""


def test_a_lease_that_the_role_no_longer_names_costs_a_leader_nothing(
    pod: Pod, node: StandinProcess
) -> None:
    former, own = MemoryLease(), MemoryLease()
    with running(pod, own, node.metrics_port, also=former) as manager:
        until(lambda: forges(manager), seconds=20)
        former.forbidden = True
        before = own.lease.record.renewed_us
        until(lambda: own.lease.record.renewed_us > before + 6_000_000, seconds=20)
        assert (manager.phase, manager.status.state.local) == (Phase.FORGING, True)
        manager.terminating = True
        until(lambda: manager.status.state.handed_over, seconds=10)
        assert holder(own) == ""


def test_a_leader_whose_role_names_none_of_its_leases_stops(pod: Pod, node: StandinProcess) -> None:
    former, own = MemoryLease(), MemoryLease()
    with running(pod, own, node.metrics_port, also=former) as manager:
        until(lambda: forges(manager), seconds=20)
        former.forbidden = own.forbidden = True
        until(lambda: manager.phase is Phase.STANDBY, seconds=20)


def test_leases_of_a_role_that_is_no_part_of_the_values_bind_whatever_it_names(
    pod: Pod, node: StandinProcess
) -> None:
    former, own = MemoryLease(), MemoryLease()
    with running(pod, own, node.metrics_port, USUAL, also=former, by_role=False) as manager:
        until(lambda: forges(manager), seconds=20)
        former.forbidden = True
        until(lambda: manager.phase is Phase.STANDBY, seconds=20)
