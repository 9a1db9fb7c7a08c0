"""Carries an elector's requests to the API server and its answers back, each within its time.

A request runs in a daemon thread, for time-outs of sockets bound one read and not the whole. When
its time is up it is answered UNKNOWN; the thread is left to its end and what it brings is dropped.
"""

from __future__ import annotations

import json
import threading
import time
from http import HTTPStatus
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from forge_manager.cluster.connection import TransportError
from forge_manager.cluster.counting import BROKEN, TIMED_OUT
from forge_manager.cluster.lease_codec import document_of, lease_from
from forge_manager.cluster.resources import leases
from forge_manager.cluster.troubles import Troubles
from forge_manager.election.messages import Answer, Failure, Found, Request, Verb
from forge_manager.moment import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.cluster.connection import Connection
    from forge_manager.cluster.counting import RequestCounter

#: etcd takes no object larger than 1.5 MiB.
_MOST_BYTES = 2 * 1024 * 1024
#: Threads at work or left to their end. One that hears nothing ends by its own time-out.
_MOST_THREADS = 4

#: Method and the verb of RBAC.
_METHODS = {
    Verb.READ: ("GET", "get"),
    Verb.CREATE: ("POST", "create"),
    Verb.REPLACE: ("PUT", "update"),
}
_REFUSALS = {
    int(HTTPStatus.NOT_FOUND): Failure.MISSING,
    int(HTTPStatus.CONFLICT): Failure.CONFLICT,
}


class LeaseClient:
    """Reads and writes one Lease."""

    def __init__(
        self, connection: Connection, *, namespace: str, name: str, count: RequestCounter
    ) -> None:
        self._connection = connection
        self._namespace = namespace
        self._name = name
        self._collection = leases(namespace)
        self._count = count
        self._slots = threading.BoundedSemaphore(_MOST_THREADS)
        self._troubles = Troubles(f"lease {namespace}/{name}")

    def perform(self, request: Request) -> Answer:
        """Send a request and wait for its answer, no longer than it allows. Never raises."""
        answers: SimpleQueue[Answer] = SimpleQueue()
        self.submit(request, answers.put)
        return answers.get()

    def submit(self, request: Request, on_answer: Callable[[Answer], None]) -> None:
        """Send a request; `on_answer` is called exactly once, from another thread or this one.

        It should do no more than hand the answer on.
        """
        call = _Call(request, on_answer, self._count, self._troubles)
        if not self._slots.acquire(blocking=False):
            self._troubles.noted("TooManyHang", f"{_MOST_THREADS} earlier requests still hang")
            call.settle(Failure.UNKNOWN, BROKEN)
            return
        worker = threading.Thread(target=self._work, args=(call,), name="lease", daemon=True)
        try:
            call.start_timer()
            worker.start()
        except RuntimeError:  # no more threads
            self._slots.release()
            call.settle(Failure.UNKNOWN, BROKEN)

    def _work(self, call: _Call) -> None:
        answer: Answer = Failure.UNKNOWN
        outcome = BROKEN
        try:
            status, body = self._exchange(call)
            outcome = str(status)
            answer = self._interpret(call.request, status, body)
        except TransportError as error:
            outcome = TIMED_OUT if error.timed_out else BROKEN
            self._troubles.noted(outcome, str(error))
        finally:
            self._slots.release()
            call.settle(answer, outcome)

    def _exchange(self, call: _Call) -> tuple[int, bytes]:
        request = call.request
        method, _ = _METHODS[request.verb]
        document = None
        if request.record is not None:
            document = document_of(self._name, self._namespace, request.record, request.base)
        creates = request.verb is Verb.CREATE
        reply = self._connection.send(
            method,
            self._collection.path if creates else self._collection.path_of(self._name),
            body=document,
            connect_s=call.seconds,
            read_s=call.seconds,
        )
        try:
            return reply.status, reply.read_all(until=call.deadline, most_bytes=_MOST_BYTES)
        finally:
            reply.close()

    def _interpret(self, request: Request, status: int, body: bytes) -> Answer:
        """Return what this answer means; whatever is not plainly the API server's own is UNKNOWN.

        A proxy on the way has answers of its own, and its 404 says nothing about a Lease.
        """
        document = _parsed(body)
        if status in (HTTPStatus.OK, HTTPStatus.CREATED):
            lease = lease_from(document)
            if lease is None:
                self._troubles.noted("NotALease", "no uid, or no resourceVersion to compare")
                return Failure.UNKNOWN
            self._troubles.over()
            return Found(lease)
        refusal = _REFUSALS.get(status)
        if refusal is not None and document.get("kind") == "Status":
            self._troubles.over()
            return refusal
        self._troubles.refused(
            status, self._collection.rule_for(_METHODS[request.verb][1], self._name)
        )
        return Failure.UNKNOWN


class _Call:
    """One request on its way: the first of its answer and its end of time settles it."""

    def __init__(
        self,
        request: Request,
        on_answer: Callable[[Answer], None],
        count: RequestCounter,
        troubles: Troubles,
    ) -> None:
        self.request = request
        self.seconds = request.within_ns / SECOND
        self.began = time.monotonic()
        self.deadline = self.began + self.seconds
        self._on_answer = on_answer
        self._count = count
        self._troubles = troubles
        self._lock = threading.Lock()
        self._settled = False
        self._timer = threading.Timer(self.seconds, self._give_up)
        self._timer.daemon = True

    def start_timer(self) -> None:
        """Give it up when its time is over. Raises RuntimeError when no thread can be had."""
        self._timer.start()

    def settle(self, answer: Answer, outcome: str) -> None:
        """Answer, unless that was done."""
        with self._lock:
            if self._settled:
                return
            self._settled = True
        self._timer.cancel()
        self._count(_METHODS[self.request.verb][1], outcome, time.monotonic() - self.began)
        self._on_answer(answer)

    def _give_up(self) -> None:
        self._troubles.noted(TIMED_OUT, f"no whole answer within {self.seconds:g} s")
        self.settle(Failure.UNKNOWN, TIMED_OUT)


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
