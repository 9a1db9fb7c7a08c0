"""Serves a hand-over request: checks the named pod, and removes the annotation."""

from __future__ import annotations

import logging
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING

from forge_manager.base import logs
from forge_manager.base.pace import Pace
from forge_manager.forging.phases import MAY_FORGE, Phase
from forge_manager.kube.api_client import Answered, ApiRequest
from forge_manager.kube.changes import metadata_of
from forge_manager.operator.requests import HAND_OVER
from forge_manager.publish.words import ReportReason

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.control.status import ForgingState
    from forge_manager.kube.api_client import ApiClient
    from forge_manager.kube.changes import Document
    from forge_manager.kube.resources import Collection
    from forge_manager.kube.troubles import Troubles
    from forge_manager.operator.requests import HandOverRequest, OperatorRequests

_REQUEST_S = 5.0

_log = logging.getLogger(__name__)


class Step(Enum):
    """What a request needs from this pod."""

    NOTHING = "nothing"
    CHECK = "check"
    SERVED = "served"
    NOT_TAKEN = "not taken"  # this pod stood back, no other took over, and it forges
    REMOVE = "remove"


def next_step(request: HandOverRequest | None, phase: Phase, pod: str) -> Step:
    """Decide. `pod`: this one."""
    if request is None or phase not in MAY_FORGE:
        return Step.REMOVE if request is not None and request.settled else Step.NOTHING
    if request.settled:
        return Step.REMOVE
    if request.pod == pod:
        return Step.SERVED if phase is Phase.FORGING else Step.NOTHING
    if request.stood_back:
        return Step.NOT_TAKEN if phase is Phase.FORGING else Step.NOTHING
    return Step.NOTHING if request.accepted else Step.CHECK


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
        requests: OperatorRequests,
        *,
        pod: str,
        state: Callable[[], ForgingState],
        pod_api: ApiClient,
        pods: Collection,
        leader_api: ApiClient,
        leaders: Collection,
        leader: str,
        say: Callable[[ReportReason, str], None],
        troubles: Troubles,
        clock: Callable[[], float],
    ) -> None:
        self._requests = requests
        self._pod = pod
        self._state = state
        self._pod_api = pod_api
        self._pods = pods
        self._leader_api = leader_api
        self._leaders = leaders
        self._leader = leader
        self._say = say
        self._troubles = troubles
        self._pace = Pace(clock)
        self._token = ""

    def turn(self) -> float | None:
        """Do what is due; returns when to be called again."""
        request = self._requests.request  # before the phase: `stood_back` speaks of an earlier one
        step = next_step(request, self._state().phase, self._pod)
        if request is None or step is Step.NOTHING:
            return None
        if request.token != self._token:
            self._token = request.token
            self._pace.forgive()
        return self._pace.attempt(lambda: self._take(step, request)) or None

    def _take(self, step: Step, request: HandOverRequest) -> bool:
        if step is Step.CHECK:
            return self._accept_or_refuse(request)
        if step is Step.NOT_TAKEN:
            self._tell(ReportReason.HAND_OVER_NOT_TAKEN, request, "this pod forges again")
        self._requests.settle(request.token)
        return self._remove(request)

    def _accept_or_refuse(self, request: HandOverRequest) -> bool:
        if not request.is_a_name:
            return self._refuse(request, "that is not a valid pod name")
        ending = self._pod_api.perform(ApiRequest("get", request.pod, _REQUEST_S))
        if not isinstance(ending, Answered) or ending.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return False
        if ending.status == HTTPStatus.FORBIDDEN:
            rule = self._pods.rule_for("get", request.pod)
            return self._refuse(request, f"it is not a pod of this release, or {rule}")
        if ending.status != HTTPStatus.OK:
            return self._refuse(request, f"there is no such pod (HTTP {ending.status})")
        why = unfit(ending.document)
        if why:
            return self._refuse(request, why)
        self._requests.accept(request.token)
        return True

    def _refuse(self, request: HandOverRequest, why: str) -> bool:
        self._tell(ReportReason.HAND_OVER_REFUSED, request, why)
        self._requests.settle(request.token)
        return self._remove(request)

    def _tell(self, reason: ReportReason, request: HandOverRequest, why: str) -> None:
        _log.warning("hand-over", extra=logs.fields(reason=reason, pod=request.shown, detail=why))
        self._say(reason, f"{request.shown}: {why}")

    def _remove(self, request: HandOverRequest) -> bool:
        """Remove the annotation, if the object has not changed since."""
        body = {"metadata": {"resourceVersion": request.version, "annotations": {HAND_OVER: None}}}
        ending = self._leader_api.perform(ApiRequest("patch", self._leader, _REQUEST_S, body))
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
