"""What control reads of volumes that may hang, hanging: rounds go on, and so do proofs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from forge_manager.forging.phases import Phase
from forge_manager.node.peer import NodeSocket, SocketLook
from tests.sidecar.control.manager import forges, running, wait_for_rounds
from tests.sidecar.control.memory_lease import MemoryLease
from tests.sidecar.guard.pod import Pod
from tests.sidecar.waiting import until
from tests.support.standin import StandinProcess

pytestmark = pytest.mark.waits

#: Longer than a node's socket may be silent (forging.context.NODE_SILENCE_NS), and than a lease.
_LONG_S = 12


@pytest.fixture
def claim_is_well(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Set while the volume of the node's socket answers; then what touches it does not return."""
    well = threading.Event()
    well.set()
    look = NodeSocket.look

    def patient(self: NodeSocket, *, connect: bool = False) -> SocketLook:
        well.wait()
        return look(self, connect=connect)

    monkeypatch.setattr(NodeSocket, "look", patient)
    yield well
    well.set()


def test_a_leader_forges_on_and_renews_while_its_socket_hangs(
    pod: Pod, node: StandinProcess, claim_is_well: threading.Event
) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port) as manager:
        until(lambda: forges(manager), "forging", seconds=20)
        claim_is_well.clear()
        before, switched = lease.lease.version, manager.transitions[:]
        hangs = manager.telemetry.reads.hanging
        until(lambda: hangs() == {"node_socket": True}, "the metric to say so", seconds=10)
        began = time.monotonic()
        until(lambda: time.monotonic() > began + _LONG_S, "the end of the proof before", seconds=60)
        assert lease.lease.version > before + 3, "renewals"
        wait_for_rounds(manager, 3)
        assert forges(manager)
        assert manager.transitions == switched, "nothing was switched"
        claim_is_well.set()
        until(lambda: hangs() == {"node_socket": False}, "the metric to say so", seconds=10)
        wait_for_rounds(manager, 3)
        assert forges(manager)
        assert manager.transitions == switched, "what hung says nothing of now"


def test_a_node_that_nobody_can_look_for_is_found_when_its_volume_answers_again(
    pod: Pod, node: StandinProcess, claim_is_well: threading.Event
) -> None:
    claim_is_well.clear()
    with running(pod, MemoryLease(), node.metrics_port) as manager:
        wait_for_rounds(manager, 5)
        assert manager.phase is Phase.NO_NODE
        claim_is_well.set()
        until(lambda: forges(manager), "forging", seconds=20)
