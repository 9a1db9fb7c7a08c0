"""Serves the wish of a hand-over: checks the pod that is named, and takes the annotation away."""

from __future__ import annotations

import logging
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING

from forge_manager import logs
from forge_manager.cluster.calls import Answered, Call
from forge_manager.cluster.changes import metadata_of
from forge_manager.forging.phases import MAY_FORGE, Phase
from forge_manager.pace import BackOff
from forge_manager.reporting.wishes import HAND_OVER
from forge_manager.reporting.words import ReportReason

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.cluster.calls import Calls
    from forge_manager.cluster.changes import Document
    from forge_manager.cluster.resources import Collection
    from forge_manager.cluster.troubles import Troubles
    from forge_manager.control.status import ForgingState
    from forge_manager.reporting.wishes import Wish, Wishes

_REQUEST_S = 5.0

_log = logging.getLogger(__name__)


class Step(Enum):
    """What a wish needs from this pod."""

    NOTHING = "nothing"
    CHECK = "check"
    SERVED = "served"
    NOT_TAKEN = "not taken"  # this pod stood back in vain, and forges
    REMOVE = "remove"


def next_step(wish: Wish | None, phase: Phase, pod: str) -> Step:
    """Decide. `pod`: this one."""
    if wish is None or phase not in MAY_FORGE:
        return Step.REMOVE if wish is not None and wish.settled else Step.NOTHING
    if wish.settled:
        return Step.REMOVE
    if wish.pod == pod:
        return Step.SERVED if phase is Phase.FORGING else Step.NOTHING
    if wish.stood_back:
        return Step.NOT_TAKEN if phase is Phase.FORGING else Step.NOTHING
    return Step.NOTHING if wish.accepted else Step.CHECK


def unfit(document: Document) -> str:
    """Say why this pod cannot take over, "" when it can."""
    if metadata_of(document).get("deletionTimestamp"):
        return "it is being deleted"
    status = document.get("status")
    found = status.get("conditions") if isinstance(status, dict) else None
    for condition in found if isinstance(found, list) else []:
        if isinstance(condition, dict) and condition.get("type") == "Ready":
            return "" if condition.get("status") == "True" else "it is not ready"
    return "it is not ready"


class HandOvers:
    """`turn` is called by one worker."""

    def __init__(
        self,
        wishes: Wishes,
        *,
        pod: str,
        state: Callable[[], ForgingState],
        pod_calls: Calls,
        pods: Collection,
        leader_calls: Calls,
        leaders: Collection,
        leader: str,
        say: Callable[[ReportReason, str], None],
        troubles: Troubles,
        clock: Callable[[], float],
    ) -> None:
        self._wishes = wishes
        self._pod = pod
        self._state = state
        self._pod_calls = pod_calls
        self._pods = pods
        self._leader_calls = leader_calls
        self._leaders = leaders
        self._leader = leader
        self._say = say
        self._troubles = troubles
        self._back_off = BackOff(clock)
        self._token = ""

    def turn(self) -> float | None:
        """Do what is due; returns when to be called again."""
        wish = self._wishes.wish  # before the phase: `stood_back` speaks of an earlier one
        step = next_step(wish, self._state().phase, self._pod)
        if wish is None or step is Step.NOTHING:
            return None
        if wish.token != self._token:
            self._token = wish.token
            self._back_off.over()
        wait_s = self._back_off.wait_s()
        if wait_s > 0:
            return wait_s
        if self._take(step, wish):
            self._back_off.over()
            return None
        self._back_off.failed()
        return self._back_off.wait_s()

    def _take(self, step: Step, wish: Wish) -> bool:
        if step is Step.CHECK:
            return self._check(wish)
        if step is Step.NOT_TAKEN:
            self._tell(ReportReason.HAND_OVER_NOT_TAKEN, wish, "this pod forges again")
        self._wishes.settle(wish.token)
        return self._remove(wish)

    def _check(self, wish: Wish) -> bool:
        if not wish.is_a_name:
            return self._refuse(wish, "that is no name of a pod")
        ending = self._pod_calls.perform(Call("get", wish.pod, _REQUEST_S))
        if not isinstance(ending, Answered) or ending.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return False
        if ending.status == HTTPStatus.FORBIDDEN:
            rule = self._pods.rule_for("get", wish.pod)
            return self._refuse(wish, f"it is no pod of this release, or {rule}")
        if ending.status != HTTPStatus.OK:
            return self._refuse(wish, f"there is no such pod (HTTP {ending.status})")
        why = unfit(ending.document)
        if why:
            return self._refuse(wish, why)
        self._wishes.accept(wish.token)
        return True

    def _refuse(self, wish: Wish, why: str) -> bool:
        self._tell(ReportReason.HAND_OVER_REFUSED, wish, why)
        self._wishes.settle(wish.token)
        return self._remove(wish)

    def _tell(self, reason: ReportReason, wish: Wish, why: str) -> None:
        _log.warning("hand-over", extra=logs.fields(reason=reason, pod=wish.shown, detail=why))
        self._say(reason, f"{wish.shown}: {why}")

    def _remove(self, wish: Wish) -> bool:
        """Take the annotation away, if nobody changed the object since."""
        body = {"metadata": {"resourceVersion": wish.version, "annotations": {HAND_OVER: None}}}
        ending = self._leader_calls.perform(Call("patch", self._leader, _REQUEST_S, body))
        if not isinstance(ending, Answered):
            self._troubles.noted(ending.kind, ending.detail)
            return False
        if ending.status in (HTTPStatus.OK, HTTPStatus.NOT_FOUND):
            self._troubles.over()
            return True
        if ending.status != HTTPStatus.CONFLICT:
            rule = self._leaders.rule_for("patch", self._leader)
            self._troubles.refused(ending.status, rule)
        return False
