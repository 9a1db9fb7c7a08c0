"""Says on the board in the hub how this cluster is, for as long as this pod speaks for it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from forge_manager.cluster.calls import Answered, Call
from forge_manager.clusters.board import KEY_PREFIX, Entry
from forge_manager.clusters.spec import ForgeState
from forge_manager.pace import BackOff, TokenBucket

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.cluster.calls import Calls, Ending
    from forge_manager.cluster.changes import Document
    from forge_manager.cluster.resources import Collection
    from forge_manager.cluster.troubles import Troubles
    from forge_manager.clusters.state import ClusterState
    from forge_manager.control.status import ForgingState

_REQUEST_S = 3.0
_MILLISECONDS = 1000


class Said(NamedTuple):
    """What a cluster says of itself, see board.Entry."""

    priority: int
    eligible: bool
    leader: str


def said_by(state: ClusterState | None, forging: ForgingState, pod: str) -> Said | None:
    """Return what this pod says of its cluster; None when it does not speak for it."""
    if state is None or not forging.local:
        return None
    found = state.effective
    healthy = state.health.healthy is not False
    takes_part = found.state is ForgeState.ENABLED or (
        found.state is ForgeState.PRIORITY_BASED and healthy
    )
    return Said(found.priority, takes_part and forging.fit, pod)


class Presence:
    """`turn` is called by one worker. `said`: None while this pod does not speak for its cluster.

    `every_s`: how often it is said again. Others count a cluster that is silent as away.
    """

    def __init__(
        self,
        calls: Calls,
        collection: Collection,
        board: str,
        *,
        cluster: str,
        said: Callable[[], Said | None],
        every_s: float,
        troubles: Troubles,
        clock: Callable[[], float],
        wall: Callable[[], float],
    ) -> None:
        self._calls = calls
        self._collection = collection
        self._board = board
        self._key = f"{KEY_PREFIX}{cluster}"
        self._said = said
        self._every_s = every_s
        self._troubles = troubles
        self._clock = clock
        self._wall = wall
        self._last: Said | None = None
        self._due_s = clock()
        self._beat = 0
        self._missing = False
        self._back_off = BackOff(clock, first_s=0.5, longest_s=every_s)
        self._bucket = TokenBucket(clock, burst=6, every_s=1)

    def turn(self) -> float | None:
        """Write if that is due; returns when to be called again."""
        said = self._said()
        if said is None:
            self._last = None
            return None
        wait_s = self._due_s - self._clock() if said == self._last else 0.0
        wait_s = max(wait_s, self._back_off.wait_s(), self._bucket.wait_s())
        if wait_s > 0:
            return wait_s
        self._bucket.take()
        began_s = self._clock()
        if not self._write(said):
            return self._back_off.wait_s()
        self._last, self._due_s = said, began_s + self._every_s
        return 0.0

    def _write(self, said: Said) -> bool:
        # Another pod may have said the same before: milliseconds since 1970 differ from its.
        self._beat = max(self._beat + 1, int(self._wall() * _MILLISECONDS))
        text = Entry(said.priority, said.eligible, said.leader, self._beat).text()
        call = self._call({self._key: text})
        ending = self._calls.perform(call)
        if isinstance(ending, Answered) and ending.status in (HTTPStatus.OK, HTTPStatus.CREATED):
            self._missing = False
            self._back_off.over()
            self._troubles.over()
            return True
        self._failed(call, ending)
        return False

    def _call(self, annotations: dict[str, str]) -> Call:
        if not self._missing:
            body: Document = {"metadata": {"annotations": annotations}}
            return Call("patch", self._board, _REQUEST_S, body)
        metadata = {
            "name": self._board,
            "namespace": self._collection.namespace,
            "annotations": annotations,
        }
        body = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata}
        return Call("create", self._board, _REQUEST_S, body)

    def _failed(self, call: Call, ending: Ending) -> None:
        if not isinstance(ending, Answered):
            self._troubles.noted(ending.kind, ending.detail)
        elif call.verb == "patch" and ending.status == HTTPStatus.NOT_FOUND:
            self._missing = ending.document.get("kind") == "Status"  # and not of a proxy
        elif ending.status == HTTPStatus.CONFLICT:
            self._missing = False  # another cluster was quicker
        else:
            self._troubles.refused(ending.status, self._collection.rule_for(call.verb, self._board))
        self._back_off.failed()
