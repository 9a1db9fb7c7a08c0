"""Kinds of faults: a table of names, each with what it does and how it ends."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from tests.e2e.chaos.plan import Shape
from tests.e2e.framework.api_server import ApiServer
from tests.e2e.framework.etcd import Etcd
from tests.e2e.framework.replica import Part, parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

    from devkit.kubectl import Kubectl
    from tests.e2e.chaos.plan import Draw
    from tests.e2e.framework.machines import Machines
    from tests.e2e.framework.record import Record
    from tests.e2e.framework.replica import Replica

S = TypeVar("S", bound="Record")

AT_ONCE = (0.0, 0.0)
#: Longer and shorter than a lease.
LASTS_S = (3.0, 30.0)
LASTING = Shape(LASTS_S)
#: Nothing can stop a process of a machine that resumes before it runs again.
RESUMED_TWO_AT_MOST_S = 0.2

_KILLED = (
    "manager",
    "guard",
    "node",
    "manager and guard",
    "manager and node",
    "manager and guard and node",
)
# A node that stands still together with its guard is a machine that does.
_STOPPED = ("manager", "guard", "node", "manager and guard", "manager and node")
_LOGGING = ("manager", "guard")
_PAGE_SECONDS = ("0.25", "1", "1.9", "4", "8")
#: In which a kubelet may start once more what it has not seen to be taken away.
_UNSEEN_S = 3.0


@dataclass(frozen=True)
class Kind(Generic[S]):
    """One kind: `inject` begins it when it is entered, and ends it when it is left."""

    name: str
    inject: Callable[[S, Draw], AbstractContextManager[None]]
    shape: Shape = LASTING
    two_at_most_s: float = 0.0
    #: The uids of the pods whose managers can renew no lease while it lasts.
    isolates: Callable[[S, Draw], frozenset[str]] = lambda _case, _draw: frozenset()
    #: Its variant names the parts of a pod that it kills or stops.
    on_processes: bool = False

    def hit(self, draw: Draw) -> tuple[Part, ...]:
        """Return the parts of a pod that it kills or stops."""
        return parts(draw.variant) if self.on_processes else ()


def at_once(do: Callable[[S, Draw], None]) -> Callable[[S, Draw], AbstractContextManager[None]]:
    """Return what is over as soon as it is done."""

    @contextlib.contextmanager
    def inject(case: S, draw: Draw) -> Iterator[None]:
        do(case, draw)
        yield

    return inject


def table(kinds: Iterable[Kind[S]]) -> dict[str, Kind[S]]:
    """Return kinds by their names."""
    return {kind.name: kind for kind in kinds}


@contextlib.contextmanager
def stopped(machines: Machines, kubectl: Kubectl, record: Record) -> Iterator[None]:
    """Keep a cluster's API server from running within."""
    with machines.without_api_server(kubectl) as server:
        record.watch(_UNSEEN_S, meanwhile=server.kill)
        yield


@contextlib.contextmanager
def rolled_back(machines: Machines, kubectl: Kubectl) -> Iterator[None]:
    """Have a cluster's API server, at the end, know nothing of what was written within."""
    store = Etcd(ApiServer(machines.control_plane, kubectl))
    with store.copied():
        yield
        store.put_back()
        machines.begin_anew(kubectl)


def of_replicas(whom: Callable[[S, Draw], Replica]) -> list[Kind[S]]:
    """Return what can be done to one replica, whatever it is a part of."""

    def kill(case: S, draw: Draw) -> None:
        whom(case, draw).signal("KILL", *parts(draw.variant))

    def processes_stopped(case: S, draw: Draw) -> AbstractContextManager[None]:
        return whom(case, draw).stopped(*parts(draw.variant))

    def page_slowed(case: S, draw: Draw) -> AbstractContextManager[None]:
        return whom(case, draw).page_slowed(float(draw.variant))

    def log_blocked(case: S, draw: Draw) -> AbstractContextManager[None]:
        (part,) = parts(draw.variant)
        return whom(case, draw).log_blocked(part)

    return [
        Kind(
            "processes killed",
            at_once(kill),
            Shape(AT_ONCE, variants=_KILLED),
            on_processes=True,
        ),
        Kind(
            "processes stopped",
            processes_stopped,
            Shape(LASTS_S, variants=_STOPPED),
            on_processes=True,
        ),
        Kind(
            "cut off from the API server",
            lambda case, draw: whom(case, draw).cut_off(),
            isolates=lambda case, draw: frozenset({whom(case, draw).run.uid}),
        ),
        Kind("page of metrics slowed", page_slowed, Shape(LASTS_S, variants=_PAGE_SECONDS)),
        Kind(
            "state volume filled",
            lambda case, draw: whom(case, draw).state_volume_filled(),
        ),
        Kind("log pipe blocked", log_blocked, Shape(LASTS_S, variants=_LOGGING)),
    ]
