"""Where the time of a `make up` went: every step of its processes, as JSON and as a table.

The Makefile names the run in RUN_STARTED (seconds since 1970), because a run is several processes.
"""

import contextlib
import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from devkit import paths
from devkit.paths import Cache

_VARIABLE = "RUN_STARTED"
_SHORTEST_S = 1.0
_writing = threading.Lock()
_open = threading.local()


@dataclass(frozen=True)
class Timing:
    """A step: `start` and `seconds` are in seconds, the former since the run started.

    `lane` names what ran beside the main steps; `depth` counts the steps that this one is part of.
    """

    title: str
    lane: str
    depth: int
    start: float
    seconds: float


def file(cache: Cache | None = None) -> Path:
    """Return a cache's file of the last run: {"run": seconds since 1970, "steps": [...]}."""
    return (cache or paths.cache()).logs / "steps.json"


@contextlib.contextmanager
def record(title: str, lane: str) -> Iterator[None]:
    """Note how long a block takes, if a run is being measured; also of one that fails."""
    run = _run()
    if run is None:
        yield
        return
    depth, started, since = getattr(_open, "depth", 0), time.monotonic(), time.time() - run
    _open.depth = depth + 1
    try:
        yield
    finally:
        _open.depth = depth
        _add(run, Timing(title, lane, depth, round(since, 1), round(time.monotonic() - started, 1)))


def table() -> str:
    """Return the steps of this run that took a second or more, in order; empty without a run."""
    run = _run()
    if run is None:
        return ""
    steps = sorted((Timing(**one) for one in _saved(run)), key=lambda one: (one.start, one.depth))
    lines = ["  from    took  (seconds)"]
    for one in steps:
        if one.seconds >= _SHORTEST_S:
            name = f"[{one.lane}] {one.title}" if one.lane else one.title
            lines.append(f"{one.start:6.0f}  {one.seconds:6.0f}  {'  ' * one.depth}{name}")
    lines.append(f"        {time.time() - run:6.0f}  in all (as JSON: {file()})")
    return "\n".join(lines)


def last_run(noted: Path) -> list[Timing]:
    """Return the steps of the last run that such a file has. Raises OSError or ValueError."""
    return [Timing(**one) for one in json.loads(noted.read_text())["steps"]]


def _run() -> int | None:
    value = os.environ.get(_VARIABLE, "")
    return int(value) if value.isdecimal() else None


def _add(run: int, timing: Timing) -> None:
    target = file()
    with _writing:
        target.parent.mkdir(parents=True, exist_ok=True)
        half = target.with_suffix(".tmp")
        half.write_text(json.dumps({"run": run, "steps": [*_saved(run), asdict(timing)]}, indent=1))
        half.replace(target)


def _saved(run: int) -> list[dict[str, Any]]:
    try:
        saved = json.loads(file().read_text())
    except (FileNotFoundError, ValueError):
        return []
    steps: list[dict[str, Any]] = saved["steps"] if saved["run"] == run else []
    return steps
