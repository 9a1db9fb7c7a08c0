"""Fields that each of our statuses has: conditions, and since when something is so; pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from forge_manager.kube.changes import status_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forge_manager.kube.changes import Document

CONDITIONS = "conditions"


class Condition(NamedTuple):
    """One of a status. `status`: True, False or Unknown, as text."""

    kind: str
    status: str
    reason: str
    message: str


class Written(NamedTuple):
    """What the managers write in a status: its fields, and the types of its conditions."""

    fields: frozenset[str]
    conditions: frozenset[str]


def differing(document: Document, wanted: Document) -> set[str]:
    """Return which fields of the object's status are not as wanted."""
    before = status_of(document)
    return {key for key, value in wanted.items() if before.get(key) != value}


def time_text(wall_s: float) -> str:
    """Return Unix time as the API has it, in whole seconds."""
    return datetime.fromtimestamp(wall_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def since(before: Document, main: Document, key: str, now: str) -> str:
    """Return the time in `key` while the fields of `main` are unchanged, else `now`."""
    same = all(before.get(name) == value for name, value in main.items())
    return (same and text_of(before, key)) or now


def condition_list(before: Document, wanted: Iterable[Condition], now: str) -> list[Document]:
    """Return conditions in the API's form; one with the same status keeps its time."""
    found = before.get(CONDITIONS)
    times = {
        (one.get("type"), one.get("status")): text_of(one, "lastTransitionTime")
        for one in (found if isinstance(found, list) else [])
        if isinstance(one, dict)
    }
    return [
        {
            "type": one.kind,
            "status": one.status,
            "lastTransitionTime": times.get((one.kind, one.status)) or now,
            "reason": one.reason,
            "message": one.message,
        }
        for one in wanted
    ]
