"""What the protection costs: requests to the API server, and the guard's memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.api_server import ApiServer
from tests.e2e.framework.replica import Part

if TYPE_CHECKING:
    from tests.e2e.framework.case import Case

pytestmark = [pytest.mark.timed, pytest.mark.timeout(900)]

MINUTES = 3
STANDBY_REQUESTS = 2
LEADER_REQUESTS = 40
GUARD_BYTES = 15_000_000


def test_api_requests_per_minute(case: Case) -> None:
    """Counted by the API server itself, from its audit log."""
    three_replicas = case.three_replicas
    server = ApiServer(three_replicas.machines.control_plane, three_replicas.namespace.kubectl)
    with server.audited(three_replicas.namespace.name):
        begun = three_replicas.settled()
        case.watch(30)  # what its restart has brought is over
        before = server.requests()
        case.watch(60 * MINUTES)
        counted = server.requests() - before
        settled = three_replicas.settled()
    assert settled.leader == begun.leader, "the leader changed: not a steady state"
    by_pod = {pod: count / MINUTES for pod, count in sorted(counted.items())}
    shown = ", ".join(f"{pod} {count:.1f}" for pod, count in by_pod.items())
    case.note(f"requests per minute: {shown}; {begun.leader.pod} leads")
    assert by_pod[begun.leader.pod] <= LEADER_REQUESTS
    for standby in begun.standbys:
        assert by_pod.get(standby.pod, 0) <= STANDBY_REQUESTS


def test_memory_of_the_guard(case: Case) -> None:
    """Of leader and standbys: its resident set, and what its control group is charged for."""
    for replica in (case.leader, *case.standbys):
        memory = replica.memory(Part.GUARD)
        case.note(f"{replica.pod}: {memory}")
        assert memory.resident_bytes < GUARD_BYTES
        assert memory.group_bytes < GUARD_BYTES
