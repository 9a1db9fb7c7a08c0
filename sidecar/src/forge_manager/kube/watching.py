"""Watches one object of the API in its own thread, for as long as it takes.

A list, then watches from its resourceVersion, each of several minutes; a new list only if the
server no longer knows that version. Steady state: one request in four to five minutes.
"""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from forge_manager.base.logs import fields, where
from forge_manager.base.thread_health import ended_of
from forge_manager.kube.changes import Change, Presence, metadata_of, text_of
from forge_manager.kube.connection import TransportError
from forge_manager.kube.counting import BROKEN, TIMED_OUT
from forge_manager.kube.troubles import Troubles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forge_manager.base.thread_health import Ailments
    from forge_manager.kube.changes import Document
    from forge_manager.kube.connection import Reply, Sender
    from forge_manager.kube.counting import RequestCounter
    from forge_manager.kube.resources import Collection

#: A line of a watch holds an object, which etcd bounds at 1.5 MiB.
_MOST_BYTES = 4 * 1024 * 1024

#: How often a watch waits for its API server to answer others, before it asks by itself.
_MOST_WAITS = 3

#: Answers that stay the same until a person changes a Role, a token or an address.
_DENIED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Times:
    """Seconds.

    `watch`: how long the server holds a watch, less a random part of up to `spread`. `silence`: a
    watch without a byte for this long counts as dead; servers send a bookmark about once a minute.
    Of a back-off a random part is waited. All watches of an API server break in the same moment,
    and are not to come back in one: hence the long first one. The elector reads by itself a Lease
    that it hears nothing of.
    """

    watch: float = 300.0
    spread: float = 0.2
    silence: float = 100.0
    request: float = 10.0
    grace: float = 15.0  # after the end of a watch that the server should have ended
    short: float = 5.0  # a watch that ends sooner counts as a failure
    first_back_off: float = 40.0
    longest_back_off: float = 40.0
    longest_denied: float = 60.0  # the server answers, and a person must change something


class _RefusedError(Exception):
    """The server answered with an error."""

    def __init__(self, status: int, verb: str) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.verb = verb


class ObjectWatch:
    """Reports every change of one object. `on_change` is called in the watch's thread.

    The first change, and the first after a gap, reports the present state, which is not reported
    again while it does not change. Changes in between may be left out; their order is kept.
    """

    def __init__(
        self,
        connection: Sender,
        collection: Collection,
        name: str,
        on_change: Callable[[Change], None],
        *,
        count: RequestCounter,
        times: Times | None = None,
        on_refused: Callable[[int], None] = lambda _: None,
        advice: Mapping[int, tuple[str, str]] | None = None,
    ) -> None:
        """`on_refused`: called with the status of each answer that is an error.

        `advice`: see Troubles.
        """
        self._connection = connection
        self._collection = collection
        self._name = name
        self._on_change = on_change
        self._count = count
        self._times = times or Times()
        self._troubles = Troubles(
            f"watch of {collection.plural} {collection.namespace}/{name}", advice
        )
        self._on_refused = on_refused
        self._stopped = threading.Event()
        self._reply: Reply | None = None
        self._version = ""  # "": list first
        self._told = False
        self._silent = False  # the last turn ended without an answer, or before its time
        self._thread = threading.Thread(
            target=self._run, name=f"watch-{collection.plural}/{name}", daemon=True
        )

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, seconds: float = 1.0) -> None:
        """End, and wait up to `seconds` for it."""
        self._stopped.set()
        reply = self._reply
        if reply is not None:
            reply.interrupt()
        self._thread.join(seconds)

    def health(self) -> Ailments:
        """Tell whether its thread has ended without being told to."""
        return () if self._stopped.is_set() else ended_of(self._thread)

    def _run(self) -> None:
        failures = 0
        while not self._stopped.is_set():
            began = time.monotonic()
            longest = self._turn()
            if time.monotonic() - began >= self._times.short:
                failures = 0
            elif longest is None:  # a server that ends every watch at once
                longest = self._times.longest_back_off
            if longest is not None:
                back_off = self._times.first_back_off * 2 ** min(failures, 10)
                failures += 1
                self._wait(min(back_off, longest))

    def _wait(self, longest_s: float) -> None:
        """Wait a random part of it, and again while the API server has answered no request.

        This pod's election asks it often. A server that starts has enough to do with that.
        """
        answers = self._connection.answers
        for _ in range(_MOST_WAITS if self._silent else 1):
            if self._stopped.wait(longest_s * random.random()):  # noqa: S311 (no secret)
                return
            if self._connection.answers != answers:
                return

    def _turn(self) -> float | None:
        """List if needed and watch once; after a failure returns the longest back-off for it.

        A server that stops ends all its watches before their time, which counts as a failure too.
        One that starts again knows no version from before, so that a watch from one would only be
        refused.
        """
        self._silent = True
        longest = self._times.longest_back_off
        try:
            if not self._version:
                self._list()
            if self._watch():
                return None
        except _RefusedError as error:
            self._silent = False
            if error.status != HTTPStatus.GONE:
                rule = self._collection.rule_for(error.verb, self._name)
                self._troubles.refused(error.status, rule)
                self._on_refused(error.status)
            if error.status in _DENIED:
                longest = self._times.longest_denied
        except TransportError as error:
            if not self._stopped.is_set():
                self._troubles.noted(TIMED_OUT if error.timed_out else BROKEN, str(error))
        except Exception as error:  # noqa: BLE001 (a thread that ended would be a watch that is silent)
            _log.error("unexpected error", extra=fields(error=where(error)))
        self._version = ""
        return longest

    def _list(self) -> None:
        reply = self._send("list", [], read_s=self._times.request)
        until = time.monotonic() + self._times.request
        document = _object(reply.read_all(until=until, most_bytes=_MOST_BYTES))
        reply.close()
        version = text_of(metadata_of(document), "resourceVersion")
        items = document.get("items")
        if not version or not isinstance(items, list):
            raise TransportError("the list has no items or no resourceVersion")
        self._version = version
        self._troubles.over()
        found = [item for item in items if self._is_ours(item)]
        if found:
            self._on_change(Change(Presence.PRESENT, found[0]))
        else:
            metadata = {"name": self._name, "resourceVersion": version}
            self._on_change(Change(Presence.GONE, {"metadata": metadata}))

    def _watch(self) -> bool:
        """Tell whether the server ended it when its time was up."""
        seconds = self._times.watch * (1 - self._times.spread * random.random())  # noqa: S311 (no secret)
        asked, began = max(1, int(seconds)), time.monotonic()
        query = [
            ("watch", "true"),
            ("allowWatchBookmarks", "true"),
            ("resourceVersion", self._version),
            ("timeoutSeconds", str(asked)),
        ]
        reply = self._send("watch", query, read_s=min(self._times.silence, seconds + 5))
        self._told = False
        try:
            self._reply = reply
            self._follow(reply, time.monotonic() + seconds + self._times.grace)
        finally:
            self._reply = None
            reply.close()
            if not self._told:
                # A server restored from a backup silently holds open a watch from a version that it
                # has not reached yet.
                self._version = ""
        return time.monotonic() - began > asked - 1

    def _follow(self, reply: Reply, until: float) -> None:
        """Report the changes until the watch ends."""
        buffer = bytearray()
        while not self._stopped.is_set() and (piece := reply.read_piece()):
            buffer += piece
            *lines, rest = buffer.split(b"\n")
            buffer = bytearray(rest)
            for line in filter(None, lines):
                self._take(_object(bytes(line)))
            if len(buffer) > _MOST_BYTES:
                raise TransportError(f"an event is longer than {_MOST_BYTES} bytes")
            if time.monotonic() > until:
                raise TransportError("the server did not end the watch", timed_out=True)

    def _take(self, event: Document) -> None:
        kind, document = event.get("type"), event.get("object")
        metadata = metadata_of(document)
        if kind == "ERROR":
            code = document.get("code") if isinstance(document, dict) else None
            raise _RefusedError(code if isinstance(code, int) else 0, "watch")
        version = text_of(metadata, "resourceVersion")
        if kind not in ("ADDED", "MODIFIED", "DELETED", "BOOKMARK") or not version:
            raise TransportError("the watch sent an invalid event")
        if kind != "BOOKMARK" and isinstance(document, dict) and self._is_ours(document):
            presence = Presence.GONE if kind == "DELETED" else Presence.PRESENT
            self._on_change(Change(presence, document))
        self._version, self._told = version, True
        self._troubles.over()

    def _send(self, verb: str, query: list[tuple[str, str]], *, read_s: float) -> Reply:
        selector = ("fieldSelector", f"metadata.name={self._name}")
        began = time.monotonic()
        outcome = BROKEN
        try:
            reply = self._connection.send(
                "GET",
                self._collection.path,
                query=[selector, *query],
                connect_s=self._times.request,
                read_s=read_s,
            )
            outcome = str(reply.status)
        except TransportError as error:
            outcome = TIMED_OUT if error.timed_out else BROKEN
            raise
        finally:
            self._count(verb, outcome, time.monotonic() - began)
        if reply.status != HTTPStatus.OK:
            reply.close()
            raise _RefusedError(reply.status, verb)
        return reply

    def _is_ours(self, document: object) -> bool:
        return text_of(metadata_of(document), "name") == self._name


def _object(text: bytes) -> Document:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise TransportError("the answer is not a JSON object")
    return document
