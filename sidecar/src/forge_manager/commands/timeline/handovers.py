"""Who forged when: the managers' Events as a column for each pod. Pure: no clock, no cluster."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Object = dict[str, Any]

REPORTER = "cardano.io/forge-manager"
FORGING = "Forging"
#: How a column is drawn while its pod is in a phase of forging control.
MARKS = {
    "NoNode": "·",
    "Standby": "│",
    "Adopting": "?",
    "SwitchingOn": "▒",
    FORGING: "█",
    "SwitchingOff": "▒",
    "Ending": "x",
    "Killing": "x",
}
_LEGEND = (
    "█ forges  ▒ is being switched  │ stands by  ? may be forging  x is being stopped  · no node"
)
_UNHEARD = " "
_TURNS = 5
_MAX_WIDTH = 110


@dataclass(frozen=True)
class Report:
    """One Event; `phase` is the pod's phase from then on, empty if it does not say."""

    at: datetime
    pod: str
    reason: str
    note: str
    phase: str


def reports(events: Iterable[Object], pods: Iterable[str]) -> list[Report]:
    """Return what the managers of these pods, and of earlier ones of their set, reported."""
    sets = {_set(pod) for pod in pods}
    found = [
        Report(
            at=datetime.fromisoformat(event["eventTime"]),
            pod=event["involvedObject"]["name"],
            reason=event["reason"],
            note=event.get("message", ""),
            phase=action if (action := event.get("action", "")) in MARKS else "",
        )
        for event in events
        if event.get("reportingComponent") == REPORTER
        and _set(event["involvedObject"]["name"]) in sets
    ]
    return sorted(found, key=lambda report: report.at)


def chart(found: Sequence[Report]) -> str:
    """Return the last turns of forging as a chart, the newest at the end; empty without reports."""
    pods = columns_of(found)
    phases: dict[str, str] = {}
    lines = []
    stopped: Report | None = None
    for report in found:
        before = phases.get(report.pod, "")
        now = phases[report.pod] = report.phase or before
        said = f": {report.note}"
        if now == FORGING != before and stopped:
            gap_s = (report.at - stopped.at).total_seconds()
            said = f", {gap_s:.1f} s after {stopped.pod} left {FORGING}"
        if before == FORGING != now:
            stopped = report
        columns = " ".join(MARKS.get(phases.get(pod, ""), _UNHEARD) for pod in pods)
        lines.append(_cut(f"{clock(report.at)}  {columns}  {report.pod} {report.reason}{said}"))
    shown = lines[first_shown(found) :]
    if not shown:
        return ""
    heads = " ".join(str(_ordinal(pod) % 10) for pod in pods)
    return "\n".join([f"{'UTC':<10}  {heads}  {_LEGEND}", *shown])


def columns_of(found: Iterable[Report]) -> list[str]:
    """Return the pods that reported, by their numbers."""
    return sorted({report.pod for report in found}, key=_ordinal)


def clock(at: datetime) -> str:
    """Return the time of day, with tenths of a second."""
    return f"{at:%H:%M:%S}.{at.microsecond // 100_000}"


def first_shown(found: Sequence[Report]) -> int:
    """Return where the last turns begin: after the turn before them was confirmed."""
    turns = [n for n, report in enumerate(found) if report.phase == FORGING]
    return turns[-_TURNS - 1] + 1 if len(turns) > _TURNS else 0


def _set(pod: str) -> str:
    return pod.rpartition("-")[0]


def _ordinal(pod: str) -> int:
    number = pod.rpartition("-")[2]
    return int(number) if number.isdigit() else 0


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_WIDTH else f"{text[: _MAX_WIDTH - 3]}..."
