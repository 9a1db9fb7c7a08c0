"""A leader is delivered new keys: a real node, a real guard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forge_manager.fence.live_keys import LiveKeys
from forge_manager.forging.phases import Phase
from forge_manager.gate.record import CheckedSet
from tests.sidecar.control.manager import (
    POOL,
    counters,
    forges,
    logged,
    longest_silence_s,
    running,
    wait_for_rounds,
)
from tests.sidecar.control.memory_lease import MemoryLease
from tests.sidecar.credentials.judging import judge
from tests.sidecar.guard.pod import Pod, report
from tests.sidecar.waiting import until
from tests.support.counted import counted
from tests.support.keys import Pool

if TYPE_CHECKING:
    from tests.support.standin import StandinProcess

pytestmark = pytest.mark.waits


def test_a_leader_takes_new_keys_without_a_restart_and_keeps_the_lease(
    pod: Pod, node: StandinProcess
) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port) as manager:
        until(lambda: forges(manager), seconds=20)
        transitions = lease.lease.record.transitions
        manager.provision(POOL.issue(counter=1))
        until(lambda: counters(node) == ["0", "1"], seconds=10)
        until(lambda: forges(manager) and pod.live is LiveKeys.ALL, seconds=5)
        until(lambda: longest_silence_s(node) > 0.2, "the ticks after it")
        record = lease.lease.record
        assert (record.holder, record.transitions) == ("a-0_uid", transitions)
        assert record.counter == 1
        live = manager.telemetry.sets.live
        assert live is not None
        assert live.op_cert is not None
        assert live.op_cert.counter == 1
        signals = {("enable_forging",): 2, ("disable_forging",): 1}
        assert counted(manager.telemetry.control.sighups) == signals
        assert node.process.poll() is None
        silence = longest_silence_s(node)
        report(f"not forging while new keys were taken: {silence:.2f} s")
        assert silence < 1


def test_a_certificate_that_leaves_counters_out_is_warned_of_once_and_used(
    pod: Pod, node: StandinProcess, caplog: pytest.LogCaptureFixture
) -> None:
    with running(pod, MemoryLease(), node.metrics_port) as manager:
        until(lambda: forges(manager), seconds=20)
        assert "skips counters" not in caplog.text
        manager.provision(POOL.issue(counter=2))
        until(lambda: counters(node) == ["0", "2"], seconds=10)
    warned = [record for record in caplog.records if "skips counters" in record.message]
    assert [record.levelname for record in warned] == ["WARNING"]
    assert "used=0 checked=2" in logged(caplog)


def test_a_leader_keeps_its_keys_when_older_ones_or_another_pools_are_delivered(
    pod: Pod, node: StandinProcess, caplog: pytest.LogCaptureFixture
) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port) as manager:
        manager.provision(POOL.issue(counter=3))
        until(lambda: forges(manager) and counters(node) == ["3"], seconds=20)
        manager.provision(POOL.issue(counter=2))
        until(lambda: "new credentials are not used" in caplog.text)
        verdict = judge(POOL.issue(counter=4), pool_id=Pool.generate(b"another").pool_id)
        pod.provision(POOL.issue(counter=4))
        name = pod.node_keys.checked_name()
        manager.telemetry.sets.checked = CheckedSet(verdict, name)
        until(lambda: pod.live is LiveKeys.OTHER)
        wait_for_rounds(manager, 20)
        assert manager.phase is Phase.FORGING
        assert lease.lease.record.counter == 3
        assert counters(node) == ["3"]
        assert counted(manager.telemetry.control.sighups) == {("enable_forging",): 1}
