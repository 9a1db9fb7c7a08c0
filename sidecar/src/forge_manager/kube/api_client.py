"""Requests about the objects of one collection, each sent once and over within its time.

A request runs in a daemon thread, because a socket's time-out bounds one read and not the whole.
When its time is up it is `Unanswered`; the thread runs on by itself and its result is dropped.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

from forge_manager.kube.connection import TransportError
from forge_manager.kube.counting import BROKEN, TIMED_OUT

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.kube.changes import Document
    from forge_manager.kube.connection import Sender
    from forge_manager.kube.counting import RequestCounter
    from forge_manager.kube.resources import Collection

#: etcd accepts no object larger than 1.5 MiB.
_MOST_BYTES = 2 * 1024 * 1024
#: Threads at work or running on. One that hears nothing ends by its own time-out.
_MOST_THREADS = 4

_METHODS = {"get": "GET", "create": "POST", "update": "PUT", "patch": "PATCH"}


@dataclass(frozen=True)
class ApiRequest:
    """One request. `verb`: get, create, update or patch (a JSON merge patch), as RBAC names it."""

    verb: str
    name: str
    seconds: float
    document: Document | None = None


class Answered(NamedTuple):
    """A complete answer, from the API server or from something on the way to it."""

    status: int
    body: bytes

    @property
    def document(self) -> Document:
        """The JSON object in it, empty if it holds none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


class Unanswered(NamedTuple):
    """No complete answer in time: it is not known whether the request took effect."""

    kind: str
    detail: str


Ending = Answered | Unanswered


class ApiClient:
    """Sends them. Thread-safe."""

    def __init__(
        self, connection: Sender, collection: Collection, *, count: RequestCounter
    ) -> None:
        self._connection = connection
        self._collection = collection
        self._count = count
        self._slots = threading.BoundedSemaphore(_MOST_THREADS)

    def perform(self, call: ApiRequest) -> Ending:
        """Send one and wait for its end, no longer than it allows. Never raises."""
        endings: SimpleQueue[Ending] = SimpleQueue()
        self.submit(call, endings.put)
        return endings.get()

    def submit(self, call: ApiRequest, on_ending: Callable[[Ending], None]) -> None:
        """Send one; `on_ending` is called exactly once, from another thread or this one.

        It should only pass the ending on.
        """
        way = _OnItsWay(call, on_ending, self._count)
        if not self._slots.acquire(blocking=False):
            way.settle(Unanswered("TooManyHang", f"{_MOST_THREADS} earlier requests still hang"))
            return
        name = self._collection.plural
        worker = threading.Thread(target=self._work, args=(way,), name=name, daemon=True)
        try:
            way.start_timer()
            worker.start()
        except RuntimeError:
            self._slots.release()
            way.settle(Unanswered(BROKEN, "no thread can be started"))

    def _work(self, way: _OnItsWay) -> None:
        ending: Ending = Unanswered(BROKEN, "an unexpected error")
        try:
            ending = self._exchange(way)
        except TransportError as error:
            ending = Unanswered(TIMED_OUT if error.timed_out else BROKEN, str(error))
        finally:
            self._slots.release()
            way.settle(ending)

    def _exchange(self, way: _OnItsWay) -> Answered:
        call = way.call
        creates = call.verb == "create"
        reply = self._connection.send(
            _METHODS[call.verb],
            self._collection.path if creates else self._collection.path_of(call.name),
            body=call.document,
            connect_s=call.seconds,
            read_s=call.seconds,
        )
        try:
            body = reply.read_all(until=way.deadline, most_bytes=_MOST_BYTES)
        finally:
            reply.close()
        return Answered(reply.status, body)


class _OnItsWay:
    """One request: settled by its answer or the end of its time, whichever comes first."""

    def __init__(
        self, call: ApiRequest, on_ending: Callable[[Ending], None], count: RequestCounter
    ) -> None:
        self.call = call
        self._began = time.monotonic()
        self.deadline = self._began + call.seconds
        self._on_ending = on_ending
        self._count = count
        self._lock = threading.Lock()
        self._settled = False
        self._timer = threading.Timer(call.seconds, self._give_up)
        self._timer.daemon = True

    def start_timer(self) -> None:
        """Give it up when its time is up. Raises RuntimeError if no thread can be started."""
        self._timer.start()

    def settle(self, ending: Ending) -> None:
        """End it, unless that was done."""
        with self._lock:
            if self._settled:
                return
            self._settled = True
        self._timer.cancel()
        self._count(self.call.verb, _outcome(ending), time.monotonic() - self._began)
        self._on_ending(ending)

    def _give_up(self) -> None:
        self.settle(Unanswered(TIMED_OUT, f"no complete answer within {self.call.seconds:g} s"))


def _outcome(ending: Ending) -> str:
    if isinstance(ending, Answered):
        return str(ending.status)
    return TIMED_OUT if ending.kind == TIMED_OUT else BROKEN
