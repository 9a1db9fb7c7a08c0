"""Reports this cluster's state to the hub, for as long as this pod speaks for it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from forge_manager.base.pace import Pace
from forge_manager.kube.api_client import Answered, ApiRequest
from forge_manager.multicluster.membership import KEY_PREFIX, MemberEntry
from forge_manager.settings.cluster_spec import ForgeState

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.control.status import ForgingState
    from forge_manager.kube.api_client import ApiClient, Ending
    from forge_manager.kube.changes import Document
    from forge_manager.kube.resources import Collection
    from forge_manager.kube.troubles import Troubles
    from forge_manager.multicluster.view import ClusterState

_REQUEST_S = 3.0
_MILLISECONDS = 1000


class MemberStatus(NamedTuple):
    """What a cluster says about itself, see membership.MemberEntry."""

    priority: int
    eligible: bool
    leader: str


def own_status(state: ClusterState | None, forging: ForgingState, pod: str) -> MemberStatus | None:
    """Return what this pod says about its cluster; None if it does not speak for it."""
    if state is None or not forging.local:
        return None
    found = state.effective
    healthy = state.health.healthy is not False
    takes_part = found.state is ForgeState.ENABLED or (
        found.state is ForgeState.PRIORITY_BASED and healthy
    )
    return MemberStatus(found.priority, takes_part and forging.fit, pod)


class MemberReporter:
    """`turn` is called by one worker. `said`: None while this pod does not speak for its cluster.

    `every_s`: how often it is repeated. Others count a silent cluster as absent.
    """

    def __init__(
        self,
        api: ApiClient,
        collection: Collection,
        name: str,
        *,
        cluster: str,
        said: Callable[[], MemberStatus | None],
        every_s: float,
        troubles: Troubles,
        clock: Callable[[], float],
        wall: Callable[[], float],
    ) -> None:
        self._api = api
        self._collection = collection
        self._name = name
        self._key = f"{KEY_PREFIX}{cluster}"
        self._said = said
        self._every_s = every_s
        self._troubles = troubles
        self._clock = clock
        self._wall = wall
        self._last: MemberStatus | None = None
        self._due_s = clock()
        self._beat = 0
        self._missing = False
        self._pace = Pace(clock, burst=6, every_s=1, longest_s=every_s)

    def turn(self) -> float | None:
        """Write if that is due; returns when to be called again."""
        said = self._said()
        if said is None:
            self._last = None
            return None
        wait_s = self._due_s - self._clock() if said == self._last else 0.0
        return wait_s if wait_s > 0 else self._pace.attempt(lambda: self._write(said))

    def _write(self, said: MemberStatus) -> bool:
        began_s = self._clock()
        # Another pod may have said the same before: milliseconds since 1970 make it differ.
        self._beat = max(self._beat + 1, int(self._wall() * _MILLISECONDS))
        text = MemberEntry(said.priority, said.eligible, said.leader, self._beat).text()
        call = self._built({self._key: text})
        ending = self._api.perform(call)
        if isinstance(ending, Answered) and ending.status in (HTTPStatus.OK, HTTPStatus.CREATED):
            self._missing = False
            self._troubles.over()
            self._last, self._due_s = said, began_s + self._every_s
            return True
        self._failed(call, ending)
        return False

    def _built(self, annotations: dict[str, str]) -> ApiRequest:
        if not self._missing:
            body: Document = {"metadata": {"annotations": annotations}}
            return ApiRequest("patch", self._name, _REQUEST_S, body)
        metadata = {
            "name": self._name,
            "namespace": self._collection.namespace,
            "annotations": annotations,
        }
        body = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata}
        return ApiRequest("create", self._name, _REQUEST_S, body)

    def _failed(self, call: ApiRequest, ending: Ending) -> None:
        if not isinstance(ending, Answered):
            self._troubles.noted(ending.kind, ending.detail)
        elif call.verb == "patch" and ending.status == HTTPStatus.NOT_FOUND:
            self._missing = ending.document.get("kind") == "Status"  # and not from a proxy
        elif ending.status == HTTPStatus.CONFLICT:
            self._missing = False  # another cluster was quicker
        else:
            self._troubles.refused(ending.status, self._collection.rule_for(call.verb, self._name))
