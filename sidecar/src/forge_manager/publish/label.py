"""The label of the pod whose node forges, which a Service selects."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from forge_manager.base.pace import Pace
from forge_manager.kube.api_client import Answered, ApiRequest
from forge_manager.kube.changes import Presence, metadata_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.control.status import ForgingState
    from forge_manager.kube.api_client import ApiClient
    from forge_manager.kube.changes import Change, Document
    from forge_manager.kube.resources import Collection
    from forge_manager.kube.troubles import Troubles

LABEL = "cardano.io/forging"
_ON = "true"
_REQUEST_S = 5.0


class ForgingLabel:
    """`turn` is called by one worker, `changed` by the watch of the own pod."""

    def __init__(
        self,
        api: ApiClient,
        collection: Collection,
        *,
        pod: str,
        state: Callable[[], ForgingState],
        troubles: Troubles,
        clock: Callable[[], float],
    ) -> None:
        self._api = api
        self._collection = collection
        self._pod = pod
        self._state = state
        self._troubles = troubles
        self._carried: str | None = None
        self._seen = False
        self._former = ""  # the last holder of the lease, if not this pod
        self._pace = Pace(clock, burst=6, every_s=20)

    def changed(self, change: Change) -> None:
        """Take the own pod as it is now."""
        labels = metadata_of(change.document).get("labels")
        self._carried = labels.get(LABEL) if isinstance(labels, dict) else None
        self._seen = change.presence is Presence.PRESENT

    def noticed(self) -> None:
        """Remember the lease's holder. Never blocks."""
        holder = self._state().holder.partition("_")[0]
        if holder:
            self._former = holder if holder != self._pod else self._former

    def turn(self) -> float | None:
        """Patch what is due; returns when to be called again."""
        state = self._state()
        wanted = self._wanted(state)
        former = self._former if state.leading else ""
        if wanted == self._carried and not former:
            return None
        if wanted != self._carried:
            return self._pace.attempt(lambda: self._label_own(wanted))
        return self._pace.attempt(lambda: self._clear(former))

    def _wanted(self, state: ForgingState) -> str | None:
        """Return the label's value for this pod; its present one while that is not known."""
        if state.forging and self._seen:
            return _ON
        off = state.forging is False or state.handed_over
        return None if off and self._seen else self._carried

    def _label_own(self, wanted: str | None) -> bool:
        ending = self._api.perform(ApiRequest("patch", self._pod, _REQUEST_S, _patch(wanted)))
        if not isinstance(ending, Answered):
            self._troubles.noted(ending.kind, ending.detail)
            return False
        if ending.status != HTTPStatus.OK:
            rule = self._collection.rule_for("patch", self._pod)
            self._troubles.refused(ending.status, rule)
            return False
        self._troubles.over()
        self._carried = wanted
        return True

    def _clear(self, former: str) -> bool:
        """Remove the label from the former holder: its manager may be dead.

        Without a label nothing changes. A pod that forges again puts it back itself.
        """
        ending = self._api.perform(ApiRequest("patch", former, _REQUEST_S, _patch(None)))
        # Refused: the pod is gone, or no longer of this release.
        done = isinstance(ending, Answered) and ending.status < HTTPStatus.INTERNAL_SERVER_ERROR
        if done and self._former == former:
            self._former = ""
        return done


def _patch(value: str | None) -> Document:
    return {"metadata": {"labels": {LABEL: value}}}
