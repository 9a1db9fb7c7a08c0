"""An API that answers as a test says, a clock, and states of forging control."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from forge_manager.control.status import ForgingState
from forge_manager.forging.phases import Phase
from forge_manager.kube.api_client import Answered, ApiClient, ApiRequest, Ending, Unanswered
from forge_manager.kube.changes import Change, Presence

if TYPE_CHECKING:
    from collections.abc import Callable

POD = "pool-0"
LOST = Unanswered("timeout", "no answer")
STANDBY = ForgingState(
    phase=Phase.STANDBY,
    why="LeaseHeld",
    forging=False,
    leading=False,
    holder="pool-1_u",
    node_may_live=True,
    handed_over=True,
)
FORGING = replace(
    STANDBY,
    phase=Phase.FORGING,
    why="ForgingConfirmed",
    forging=True,
    leading=True,
    local=True,
    holder="pool-0_u",
    handed_over=False,
)


def answered(status: int, document: object = None) -> Answered:
    return Answered(status, json.dumps(document or {"kind": "Status"}).encode())


def present(document: dict[str, Any]) -> Change:
    return Change(Presence.PRESENT, document)


class ScriptedCalls(ApiClient):
    """Answers each call by the function given, and keeps it."""

    def __init__(self, answer: Callable[[ApiRequest], Ending]) -> None:
        self.answer = answer
        self.all: list[ApiRequest] = []

    def perform(self, call: ApiRequest) -> Ending:
        self.all.append(call)
        return self.answer(call)

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [call.document or {} for call in self.all]


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now
