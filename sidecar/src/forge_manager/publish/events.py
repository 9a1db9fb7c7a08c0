"""Kubernetes Events about this pod: bounded in number, and never in the way."""

from __future__ import annotations

import threading
from collections import Counter, deque
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from forge_manager.base.pace import Pace, TokenBucket
from forge_manager.kube.api_client import Answered, ApiRequest
from forge_manager.kube.lease_codec import format_time
from forge_manager.publish.words import WARNINGS, ReportReason, in_words, is_bad, with_cause

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

    from forge_manager.forging.decision import Transition
    from forge_manager.kube.api_client import ApiClient, Ending
    from forge_manager.kube.changes import Document
    from forge_manager.kube.resources import Collection
    from forge_manager.kube.troubles import Troubles

CONTROLLER = "cardano.io/forge-manager"
_REQUEST_S = 5.0
_MOST_WAITING = 50
#: Bounds of events.k8s.io/v1: reportingInstance, note, and the name of any object.
_MOST_INSTANCE = 128
_MOST_NOTE = 1024
_MOST_NAME = 230


@dataclass(frozen=True)
class PendingEvent:
    """One event. `at_us`: microseconds since 1970."""

    at_us: int
    reason: str
    action: str
    note: str
    warning: bool


class EventRecorder:
    """Takes events from any thread without blocking; `turn` sends them, called by one worker."""

    def __init__(
        self,
        api: ApiClient,
        collection: Collection,
        *,
        pod: str,
        uid: str,
        troubles: Troubles,
        clock: Callable[[], float],
        wall: Callable[[], float],
        news: Callable[[], None],
    ) -> None:
        self._api = api
        self._collection = collection
        self._pod = pod
        self._uid = uid
        self._troubles = troubles
        self._wall = wall
        self._news = news
        self._lock = threading.Lock()
        self._waiting: deque[PendingEvent] = deque()
        self._left_out: Counter[str] = Counter()
        self._bucket = TokenBucket(clock, burst=12, every_s=20)
        self._pace = Pace(clock, first_s=1.0)

    def transition(self, change: Transition) -> None:
        """Take a transition of the state machine."""
        words = with_cause(change.reason, change.cause)
        note = f"{words} ({change.source} to {change.target})."
        self._record(change.reason, change.target, note, warning=is_bad(change))

    def say(self, reason: StrEnum, detail: str, action: str = "HandOver") -> None:
        """Take another report."""
        note = f"{in_words(reason)}: {detail}"
        self._record(reason, action, note, warning=reason in WARNINGS)

    def _record(self, reason: str, action: str, note: str, *, warning: bool) -> None:
        with self._lock:
            if len(self._waiting) >= _MOST_WAITING or not self._bucket.take():
                self._left_out[str(reason)] += 1
            else:
                at_us = int(self._wall() * 1e6)
                self._waiting.append(PendingEvent(at_us, str(reason), str(action), note, warning))
        self._news()

    def turn(self) -> float | None:
        """Send the oldest; returns when to be called again."""
        if self._pace.wait_s() > 0:
            return self._pace.wait_s()
        with self._lock:
            next_s = self._summarise()
            if not self._waiting:
                return next_s
            entry = self._waiting[0]
        return self._pace.attempt(lambda: self._send(entry))

    def _send(self, entry: PendingEvent) -> bool:
        document = event_document(entry, self._pod, self._uid, self._collection.namespace)
        if not self._is_done_with(
            self._api.perform(ApiRequest("create", "", _REQUEST_S, document))
        ):
            return False
        with self._lock:
            self._waiting.popleft()
        return True

    def _summarise(self) -> float | None:
        """Put what was left out into one event, once the others are sent and one more may be."""
        if not self._left_out or self._waiting:
            return None
        if not self._bucket.take():
            return self._bucket.wait_s()
        counts = ", ".join(f"{reason} {n}" for reason, n in sorted(self._left_out.items()))
        self._left_out.clear()
        code = ReportReason.EVENTS_LEFT_OUT
        note = f"{in_words(code)}: {counts}"
        self._waiting.append(
            PendingEvent(int(self._wall() * 1e6), code, "Summary", note, warning=True)
        )
        return None

    def _is_done_with(self, ending: Ending) -> bool:
        """Tell whether this event is finished with: it was sent, or never can be."""
        if not isinstance(ending, Answered):
            self._troubles.noted(ending.kind, ending.detail)
            return False
        if ending.status in (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.CONFLICT):
            self._troubles.over()
            return True  # 409: an earlier attempt with the same name has arrived
        self._troubles.refused(ending.status, self._collection.rule_for("create", ""))
        passing = ending.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        return not passing and ending.status != HTTPStatus.TOO_MANY_REQUESTS


def event_document(entry: PendingEvent, pod: str, uid: str, namespace: str) -> Document:
    """Return the event in the form of events.k8s.io/v1; if sent again, it has the same name."""
    regarding: Document = {"apiVersion": "v1", "kind": "Pod", "name": pod, "namespace": namespace}
    if uid:
        regarding["uid"] = uid
    name = f"{pod[:_MOST_NAME].rstrip('.-')}.{entry.at_us:x}"
    return {
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        "metadata": {"name": name, "namespace": namespace},
        "eventTime": format_time(entry.at_us),
        "reportingController": CONTROLLER,
        "reportingInstance": pod[:_MOST_INSTANCE],
        "action": entry.action,
        "reason": entry.reason,
        "type": "Warning" if entry.warning else "Normal",
        "note": entry.note[:_MOST_NOTE],
        "regarding": regarding,
    }
