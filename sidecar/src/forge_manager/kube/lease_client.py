"""Carries an elector's requests to the API server and its answers back, each within its time."""

from __future__ import annotations

from http import HTTPStatus
from queue import SimpleQueue
from typing import TYPE_CHECKING

from forge_manager.base.moment import SECOND
from forge_manager.election.messages import Answer, Failure, Found, Request, Verb
from forge_manager.kube.api_client import Answered, ApiClient, ApiRequest
from forge_manager.kube.lease_codec import document_of, lease_from
from forge_manager.kube.resources import leases
from forge_manager.kube.troubles import Troubles

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.kube.api_client import Ending
    from forge_manager.kube.connection import Sender
    from forge_manager.kube.counting import RequestCounter

#: The verbs of RBAC.
_VERBS = {Verb.READ: "get", Verb.CREATE: "create", Verb.REPLACE: "update"}
_REFUSALS = {
    int(HTTPStatus.NOT_FOUND): Failure.MISSING,
    int(HTTPStatus.CONFLICT): Failure.CONFLICT,
}


class LeaseClient:
    """Reads and writes one Lease."""

    def __init__(
        self, connection: Sender, *, namespace: str, name: str, count: RequestCounter
    ) -> None:
        self._namespace = namespace
        self._name = name
        self._collection = leases(namespace)
        self._calls = ApiClient(connection, self._collection, count=count)
        self._troubles = Troubles(f"lease {namespace}/{name}")

    def perform(self, request: Request) -> Answer:
        """Send a request and wait for its answer, no longer than it allows. Never raises."""
        answers: SimpleQueue[Answer] = SimpleQueue()
        self.submit(request, answers.put)
        return answers.get()

    def submit(self, request: Request, on_answer: Callable[[Answer], None]) -> None:
        """Send a request; `on_answer` is called exactly once, from another thread or this one.

        It should only pass the answer on.
        """
        try:
            document = None
            if request.record is not None:
                document = document_of(self._name, self._namespace, request.record, request.base)
        except OverflowError:
            self._troubles.noted("ClockBeyondApi", "the wall clock is beyond the year 9999")
            on_answer(Failure.UNKNOWN)
            return
        call = ApiRequest(_VERBS[request.verb], self._name, request.within_ns / SECOND, document)
        self._calls.submit(call, lambda ending: on_answer(self._interpret(call, ending)))

    def _interpret(self, call: ApiRequest, ending: Ending) -> Answer:
        """Return what this answer means; one that is not clearly the API server's own is UNKNOWN.

        A proxy on the way has its own answers, and its 404 says nothing about a Lease.
        """
        if not isinstance(ending, Answered):
            self._troubles.noted(ending.kind, ending.detail)
            return Failure.UNKNOWN
        document = ending.document
        if ending.status in (HTTPStatus.OK, HTTPStatus.CREATED):
            lease = lease_from(document)
            if lease is None:
                self._troubles.noted("NotALease", "no uid, or no resourceVersion to compare")
                return Failure.UNKNOWN
            self._troubles.over()
            return Found(lease)
        if ending.status == HTTPStatus.FORBIDDEN and document.get("kind") == "Status":
            self._troubles.refused(ending.status, self._collection.rule_for(call.verb, self._name))
            return Failure.FORBIDDEN
        refusal = _REFUSALS.get(ending.status)
        if refusal is not None and document.get("kind") == "Status":
            self._troubles.over()
            return refusal
        self._troubles.refused(ending.status, self._collection.rule_for(call.verb, self._name))
        return Failure.UNKNOWN
