"""Forging control with a real guard and a real node; only the API server is in memory."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from forge_manager.base.clocks import read_clocks
from forge_manager.base.moment import SECOND
from forge_manager.control.record import ControlRecord
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.fence.protocol import FENCE_FILE
from forge_manager.forging.phases import Phase
from forge_manager.forging.situation import OperatorInput
from forge_manager.operator.reload_requests import ReloadRequests
from tests.sidecar.control.manager import (
    SHORT,
    USUAL,
    Manager,
    forges,
    running,
)
from tests.sidecar.control.memory_lease import MemoryLease
from tests.sidecar.guard.pod import Pod
from tests.sidecar.waiting import until
from tests.support.counted import counted

if TYPE_CHECKING:
    from tests.support.standin import StandinProcess

pytestmark = pytest.mark.waits


def test_the_leader_forges_and_hands_over_in_order(pod: Pod, node: StandinProcess) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port) as manager:
        until(lambda: forges(manager), seconds=20)
        assert lease.lease.record.holder == "a-0_uid"
        assert not manager.status.state.handed_over
        assert pod.node_keys.look() == (LiveKeys.ALL, True)
        manager.terminating = True
        until(lambda: manager.status.state.handed_over, seconds=10)
        assert manager.status.state.forging is False
        assert lease.lease.record.holder == ""
        assert pod.node_keys.look() == (LiveKeys.NONE, True)
        assert node.process.poll() is None


def test_a_pod_is_fit_while_its_node_forges_or_could_and_local_while_it_holds_its_lease(
    pod: Pod, node: StandinProcess
) -> None:
    lease = MemoryLease()
    lease.edit(holder="b-0_uid")
    with running(pod, lease, node.metrics_port) as manager:
        until(lambda: manager.status.state.fit, "a standby that could forge", seconds=20)
        assert not manager.status.state.local
        until(lambda: forges(manager), "the lease to run out", seconds=20)
        assert (manager.status.state.local, manager.status.state.fit) == (True, True)
        manager.asked = OperatorInput(held_off=True)
        until(lambda: manager.status.state.handed_over, "the hand-over", seconds=10)
        assert (manager.status.state.local, manager.status.state.fit) == (False, False)


def test_what_the_loop_sees_and_does_is_kept_for_the_metrics(
    pod: Pod, node: StandinProcess
) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port) as manager:
        until(lambda: forges(manager), seconds=20)
        record, now_ns = manager.telemetry.control, read_clocks().boot_ns
        latest = record.latest
        assert latest is not None
        assert record.started_ns is not None
        (times,) = latest.leases
        for seen_ns in (times.changed_ns, latest.guard_beat_ns):
            assert seen_ns is not None
            assert record.started_ns - 20 * SECOND < seen_ns <= now_ns
        assert times.forge_until_ns is not None
        assert times.forge_until_ns > now_ns
        assert latest.accepting_ns is not None
        assert counted(record.transitions)["SwitchingOn", "Forging", "ForgingConfirmed"] == 1
        assert confirmed(record, "enable_forging") == 1
        manager.terminating = True
        until(lambda: manager.status.state.handed_over, seconds=10)
        assert confirmed(record, "disable_forging") == 1
        assert record.latest is not None
        assert record.latest.leases[0].forge_until_ns is None


def confirmed(record: ControlRecord, reason: str) -> float:
    """How many SIGHUPs of this reason were confirmed."""
    (family,) = record.confirmations.collect()
    return sum(
        sample.value
        for sample in family.samples
        if sample.name.endswith("_count") and sample.labels["reason"] == reason
    )


def test_a_standby_has_no_keys_and_does_not_forge(pod: Pod, node: StandinProcess) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port) as manager:
        until(lambda: forges(manager), seconds=20)
        lease.edit(holder="b-0_uid")
        until(lambda: manager.phase is Phase.STANDBY, seconds=20)
        until(lambda: pod.live is LiveKeys.NONE)
        node.process.send_signal(signal.SIGHUP)  # an operator's, for the topology
        until(lambda: manager.status.state.forging is False)
        assert node.process.poll() is None


def test_a_standby_reads_its_topology_again_and_says_so(pod: Pod, node: StandinProcess) -> None:
    lease, requests = MemoryLease(), ReloadRequests(pod.state_directory)
    lease.edit(holder="b-0_uid")
    with running(pod, lease, node.metrics_port) as manager:
        until(lambda: manager.phase is Phase.STANDBY, seconds=20)
        requests.ask("once")
        until(lambda: requests.finished() == "once", "the topology", seconds=20)


def test_a_leader_whose_node_ends_gives_the_lease_up_and_puts_the_keys_back(
    pod: Pod, node: StandinProcess
) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port) as manager:
        until(lambda: forges(manager), seconds=20)
        node.process.kill()
        until(lambda: pod.live is LiveKeys.ALL and manager.phase is Phase.NO_NODE, seconds=5)
        until(lambda: lease.lease.record.holder == "", seconds=5)


def test_out_of_reach_of_the_api_server_it_switches_off_before_the_lease_ends(
    pod: Pod, node: StandinProcess
) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port) as manager:
        until(lambda: forges(manager), seconds=20)
        lease.out_of_reach = True
        until(lambda: manager.phase is Phase.STANDBY, seconds=SHORT.lease_duration_s)
        assert manager.status.state.forging is False
        assert node.process.poll() is None


def test_a_manager_that_is_started_again_adopts_the_forging_node(
    pod: Pod, node: StandinProcess
) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port, USUAL) as manager:
        until(lambda: forges(manager), seconds=60)
    with running(pod, lease, node.metrics_port, USUAL) as after:
        until(lambda: forges(after), seconds=60)
        assert node.process.poll() is None
        assert counted(after.telemetry.control.sighups) == {}


def test_it_adopts_it_too_when_the_fence_is_lost_as_soon_as_it_was_read(
    pod: Pod, node: StandinProcess
) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port, USUAL) as manager:
        until(lambda: forges(manager), seconds=60)
    after = Manager(pod, (lease,), node.metrics_port, USUAL, by_role=False)
    (pod.state_directory / FENCE_FILE).unlink()
    after.loop.start()
    try:
        until(lambda: forges(after), seconds=60)
        assert ("NoNode", "Adopting", "NodeFoundUnproven") in counted(
            after.telemetry.control.transitions
        )
        # The guard names no node without a fence: where it is slow to read the new one, the node
        # is switched off and on again.
        off_and_on = {("disable_forging",): 1.0, ("enable_forging",): 1.0}
        assert counted(after.telemetry.control.sighups) in ({}, off_and_on)
        assert node.process.poll() is None
    finally:
        after.loop.stop()


def fail() -> None:
    raise RuntimeError("a defect")


def test_news_that_fails_does_not_end_the_loop(pod: Pod, node: StandinProcess) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port) as manager:
        manager.news.post(fail)
        until(lambda: forges(manager), seconds=20)


def test_a_manager_that_dies_leaves_the_node_to_the_guard(pod: Pod, node: StandinProcess) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port) as manager:
        until(lambda: forges(manager), seconds=20)
    assert node.process.wait(SHORT.lease_duration_s) == -signal.SIGKILL
    until(lambda: pod.live is LiveKeys.ALL)
