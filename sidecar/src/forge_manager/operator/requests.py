"""What operators ask for with annotations of the CardanoLeader, and with a setting."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forge_manager.forging.situation import HandOver, OperatorInput
from forge_manager.kube.changes import Presence, metadata_of, text_of

if TYPE_CHECKING:
    from forge_manager.kube.changes import Change

HOLD = "cardano.io/hold-forging"
HAND_OVER = "cardano.io/hand-over-to"
_NOT_HELD = ("", "false")
_POD_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?", re.ASCII)
_SHOWN = 80


@dataclass(frozen=True)
class HandOverRequest:
    """A requested hand-over.

    `pod`: as it was written. `version`: the object's resourceVersion when it was last seen.
    `accepted`: others must stand back for it. `stood_back`: this pod, which is off, has done so.
    `settled`: it is served, refused or given up; only the annotation remains to be removed.
    """

    pod: str
    token: str
    version: str
    accepted: bool = False
    stood_back: bool = False
    settled: bool = False

    @property
    def is_a_name(self) -> bool:
        """Whether a pod could have this name."""
        return _POD_NAME.fullmatch(self.pod) is not None

    @property
    def shown(self) -> str:
        """What was written, fit for a log."""
        return repr(self.pod[:_SHOWN])


class OperatorRequests:
    """Keeps them. Thread-safe.

    An unreachable API changes nothing: the last request still applies. An object that does not
    exist, or may not be read, asks for nothing.
    """

    def __init__(self, *, held_by_setting: bool, asks_cluster: bool) -> None:
        self._lock = threading.Lock()
        self._held_by_setting = held_by_setting
        self._held = False
        self._known = not asks_cluster
        self._uid = ""
        self._number = 0
        self._request: HandOverRequest | None = None

    def changed(self, change: Change) -> None:
        """Take the CardanoLeader as it is now."""
        metadata = metadata_of(change.document)
        found = metadata.get("annotations") if change.presence is Presence.PRESENT else None
        annotations = found if isinstance(found, dict) else {}
        pod = text_of(annotations, HAND_OVER).strip()
        uid, version = text_of(metadata, "uid"), text_of(metadata, "resourceVersion")
        with self._lock:
            self._known = True
            self._held = text_of(annotations, HOLD).strip().lower() not in _NOT_HELD
            if not pod:
                self._request = None
            elif self._request is not None and (self._request.pod, self._uid) == (pod, uid):
                self._request = replace(self._request, version=version)
            else:
                self._number += 1
                self._request = HandOverRequest(pod, str(self._number), version)
            self._uid = uid

    def refused(self, _status: int) -> None:
        """Take an error answer: there is no object that could ask for anything."""
        with self._lock:
            self._known = True

    def operator_input(self, *, off: bool) -> OperatorInput:
        """Return the requests that apply. `off`: this pod's node does not forge, nor is about to.

        A pod that is off stands back at once; one that forges gives up only for a checked pod, see
        `accept`.
        """
        with self._lock:
            request = self._request
            if request is not None and off and not request.settled and request.is_a_name:
                request = self._request = replace(request, accepted=True, stood_back=True)
            hand_over = None
            if request is not None and request.accepted and not request.settled:
                hand_over = HandOver(request.pod, request.token)
            return OperatorInput(self._held or self._held_by_setting, self._known, hand_over)

    @property
    def request(self) -> HandOverRequest | None:
        """The requested hand-over."""
        with self._lock:
            return self._request

    def accept(self, token: str) -> None:
        """Give up forging for it: the pod was checked."""
        with self._lock:
            if self._request is not None and self._request.token == token:
                self._request = replace(self._request, accepted=True)

    def settle(self, token: str) -> None:
        """Stop standing back for it."""
        with self._lock:
            if self._request is not None and self._request.token == token:
                self._request = replace(self._request, settled=True)
