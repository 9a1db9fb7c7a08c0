"""A real node that shows no forging metric: by its settings, or against them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forge_manager.forging.phases import Phase
from forge_manager.node.metric import Forging, ForgingMetric
from tests.sidecar.control.manager import (
    USUAL,
    counters,
    logged,
    running,
)
from tests.sidecar.control.memory_lease import MemoryLease
from tests.sidecar.guard.pod import Pod
from tests.sidecar.waiting import until

if TYPE_CHECKING:
    from tests.support.standin import StandinProcess

pytestmark = pytest.mark.waits


def test_without_a_metric_forging_is_not_known_and_a_hand_over_has_the_node_end(
    pod: Pod, node: StandinProcess, caplog: pytest.LogCaptureFixture
) -> None:
    lease = MemoryLease()
    with running(pod, lease, None, USUAL) as manager:
        until(lambda: manager.phase is Phase.FORGING, seconds=20)
        until(lambda: counters(node) == ["0"])
        assert manager.status.state.forging is None
        manager.terminating = True
        assert node.process.wait(10) == 0, "ended in order"
        until(lambda: manager.status.state.handed_over, seconds=5)
        assert lease.lease.record.holder == ""
        assert "only stopping the node proves that forging is off" in logged(caplog)


def test_a_metric_by_another_name_ends_one_node_and_is_named_as_the_reason(
    pod: Pod,
    node: StandinProcess,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ForgingMetric, "_read", lambda *_: (Forging.ABSENT, ""))
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port, USUAL) as manager:
        assert node.process.wait(30) == 0, "ended in order"
        with pod.node() as successor:
            successor.wait_until_up()
            until(lambda: manager.status.state.why == "MetricMissing", seconds=10)
            assert counters(successor) == []
            assert lease.lease.record.holder == ""
        assert "forgeManager.forgingMetric" in logged(caplog)
