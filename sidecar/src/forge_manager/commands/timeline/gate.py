"""When the gate changed and why, from the manager's log in its JSON format."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class GateChange:
    """A change of what /startup-status answers."""

    at: datetime
    open: bool
    reason: str
    detail: str


def gate_changes(log: str) -> Iterator[GateChange]:
    """Find the changes; lines that are not JSON, or about something else, are skipped."""
    for line in log.splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            continue
        match said:
            case {
                "timestamp": str(at),
                "message": "startup gate",
                "status": str(status),
                "reason": str(reason),
                "detail": str(detail),
            }:
                yield GateChange(datetime.fromisoformat(at), status == "ready", reason, detail)
