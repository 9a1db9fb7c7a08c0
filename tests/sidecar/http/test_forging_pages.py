"""What the node's hook and probes are told of forging control."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from forge_manager.control.status import ALONE
from forge_manager.forging.phases import Phase
from tests.sidecar.http.client import get
from tests.sidecar.http.conftest import READY
from tests.sidecar.waiting import until

if TYPE_CHECKING:
    from tests.sidecar.http.conftest import Served


def test_a_prestop_hook_waits_until_the_node_is_handed_over(served: Served) -> None:
    served.forging.publish(replace(ALONE, phase=Phase.FORGING, handed_over=False))
    assert get(served.port, "/handed-over").status == 503
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(get, served.port, "/handed-over?wait=9")
        until(lambda: len(served.server._waiting) == 1)
        served.forging.publish(replace(ALONE, phase=Phase.SWITCHING_OFF, handed_over=False))
        served.gate.publish(READY)  # another page's news
        assert not waiting.done()
        served.forging.publish(ALONE)
        assert waiting.result().status == 200


def test_the_nodes_liveness_fails_only_when_it_must_end(served: Served) -> None:
    assert get(served.port, "/node-liveness").status == 200
    served.forging.publish(replace(ALONE, node_may_live=False, why="FenceNearlyPassed"))
    answer = get(served.port, "/node-liveness")
    assert (answer.status, answer.json()["reason"]) == (503, "FenceNearlyPassed")
