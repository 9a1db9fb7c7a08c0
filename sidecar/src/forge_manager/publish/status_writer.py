"""Keeps a custom resource's status true while this pod is the one to write it."""

from __future__ import annotations

import threading
from http import HTTPStatus
from typing import TYPE_CHECKING

from forge_manager.base.pace import Pace
from forge_manager.kube.api_client import Answered, ApiRequest
from forge_manager.kube.changes import Presence, metadata_of, text_of
from forge_manager.publish.status_fields import CONDITIONS, differing
from forge_manager.publish.words import ReportReason

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.kube.api_client import ApiClient
    from forge_manager.kube.changes import Change, Document
    from forge_manager.kube.resources import Collection
    from forge_manager.kube.troubles import Troubles

REQUEST_S = 5.0
# How long after the definition was found to be old it is tried again.
UNFIT_S = 60.0
UPDATE_CRDS = (
    "apply the custom resource definitions in the chart's crds/; Helm does not update them"
)


class StatusWriter:
    """`turn` is called by one worker, `changed` by the watch. `wall`: Unix time in seconds.

    `desired`: the whole status for the object as it is, at a time; None if another pod writes it.
    """

    def __init__(
        self,
        api: ApiClient,
        collection: Collection,
        name: str,
        *,
        desired: Callable[[Document, float], Document | None],
        troubles: Troubles,
        clock: Callable[[], float],
        wall: Callable[[], float],
    ) -> None:
        self._api = api
        self._collection = collection
        self._name = name
        self._desired = desired
        self._troubles = troubles
        self._wall = wall
        self._latest = threading.Lock()  # of `_document`: an older answer replaces no newer object
        self._document: Document | None = None
        self._clock = clock
        self._unfit: set[str] = set()  # fields that this CRD does not keep
        self._unfit_until = clock()
        self._pace = Pace(clock, burst=6, every_s=20)

    def changed(self, change: Change) -> None:
        """Take the object as it is now."""
        with self._latest:
            self._document = change.document if change.presence is Presence.PRESENT else None

    def turn(self) -> float | None:
        """Write if that is due; returns when to be called again."""
        document = self._document
        if document is None:
            return None
        wanted = self._desired(document, self._wall())
        if wanted is None:
            return None
        still_unfit_s = self._unfit_until - self._clock()
        if still_unfit_s <= 0:
            self._unfit.clear()
        wanted = {key: value for key, value in wanted.items() if key not in self._unfit}
        if not differing(document, wanted):
            return still_unfit_s if self._unfit else None
        return self._pace.attempt(lambda: self._write(document, wanted))

    def _write(self, document: Document, wanted: Document) -> bool:
        """Tell whether it was written, or may be tried another way at once."""
        version = text_of(metadata_of(document), "resourceVersion")
        body = {"metadata": {"resourceVersion": version}, "status": wanted}
        ending = self._api.perform(ApiRequest("patch", self._name, REQUEST_S, body))
        if not isinstance(ending, Answered):
            self._troubles.noted(ending.kind, ending.detail)
            return False
        if ending.status == HTTPStatus.OK and metadata_of(ending.document):
            self._learn(ending.document, document, wanted)
            return True
        if ending.status == HTTPStatus.UNPROCESSABLE_ENTITY and CONDITIONS in wanted:
            self._leave_out({CONDITIONS})
            self._troubles.noted(
                ReportReason.CRD_OUTDATED, f"the API server refused the conditions; {UPDATE_CRDS}"
            )
            return True
        if ending.status != HTTPStatus.CONFLICT:  # the watch will report the present state
            rule = self._collection.rule_for("patch", self._name)
            self._troubles.refused(ending.status, rule)
        return False

    def _learn(self, answer: Document, document: Document, wanted: Document) -> None:
        lost = differing(answer, wanted)
        if lost:
            self._leave_out(lost)
            names = ", ".join(sorted(lost))
            self._troubles.noted(
                ReportReason.CRD_OUTDATED, f"the API server dropped {names}; {UPDATE_CRDS}"
            )
        elif not self._unfit:
            self._troubles.over()
        with self._latest:
            if self._document is document:
                self._document = answer

    def _leave_out(self, fields: set[str]) -> None:
        self._unfit |= fields
        self._unfit_until = self._clock() + UNFIT_S
