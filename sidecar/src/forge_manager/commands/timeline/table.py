"""A timeline as text: seconds since the pod was created, and what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.commands.timeline.moments import Moment, Stage, container_statuses, moments

if TYPE_CHECKING:
    from forge_manager.commands.timeline.observations import Observations

_MAX_WIDTH = 110


def table(seen: Observations) -> str:
    """Return the table of one pod's start, ending with its containers' restart counts."""
    rows = moments(seen)
    zero = next(row.at for row in rows if row.stage is Stage.POD_CREATED)
    metadata = seen.pod["metadata"]
    lines = [f"{metadata['namespace']}/{metadata['name']}, seconds since the pod was created"]
    lines += [_line(row, (row.at - zero).total_seconds()) for row in rows]
    restarts = (f"{s['name']} {s['restartCount']}" for s in container_statuses(seen.pod))
    lines.append(f"  restarts  {', '.join(restarts)}")
    return "\n".join(lines)


def _line(row: Moment, seconds: float) -> str:
    """Kubernetes' whole seconds are shown without a decimal, logs' with one."""
    when = f"{seconds:+6.0f}  " if row.whole_second else f"{seconds:+8.1f}"
    text = f"{when}  {row.what}"
    return text if len(text) <= _MAX_WIDTH else f"{text[: _MAX_WIDTH - 3]}..."
