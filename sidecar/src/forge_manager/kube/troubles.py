"""Logs once what is wrong with the API, and once that it is over, not with every request."""

from __future__ import annotations

import logging
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING

from forge_manager.base.logs import fields

if TYPE_CHECKING:
    from collections.abc import Mapping

_log = logging.getLogger(__name__)


class Troubles:
    """The state of one conversation with the API server. Thread-safe."""

    def __init__(self, about: str, advice: Mapping[int, tuple[str, str]] | None = None) -> None:
        """`advice`: a reason code and what to do, by the status code that calls for it."""
        self._about = about
        self._advice = advice or {}
        self._lock = threading.Lock()
        self._current = ""

    def noted(self, kind: str, detail: str) -> None:
        """Take a failure; it is logged if the previous one was of another kind."""
        with self._lock:
            if kind == self._current:
                return
            self._current = kind
        _log.warning(
            "the API server does not answer as expected",
            extra=fields(about=self._about, reason=kind, detail=detail),
        )

    def refused(self, status: int, rule: str) -> None:
        """Take an answer that is an error. `rule`: what the service account needs to be allowed."""
        if status in self._advice:
            self.noted(*self._advice[status])
            return
        details = {
            int(HTTPStatus.FORBIDDEN): rule,
            int(HTTPStatus.UNAUTHORIZED): "the token is not accepted; check that it is for this "
            "cluster",
        }
        self.noted(f"HTTP {status}", details.get(status, "an error, or a proxy's answer"))

    def over_if(self, kind: str) -> None:
        """Take a sign that a failure of this kind is over."""
        if self._current == kind:
            self.over()

    def over(self) -> None:
        """Take a proper answer."""
        with self._lock:
            before, self._current = self._current, ""
        if before:
            _log.info(
                "the API server answers again", extra=fields(about=self._about, reason=before)
            )
