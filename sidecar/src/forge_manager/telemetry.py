"""What happened so far, counted for the metrics. Thread-safe."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forge_manager.cluster.counting import RequestTally
from forge_manager.control.record import ControlRecord
from forge_manager.status import Observable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from forge_manager.clusters.state import ClusterState
    from forge_manager.credentials.verdict import Verdict


@dataclass(frozen=True)
class CheckedSet:
    """A set that passed the checks and was put in place; `name` tells it from all others."""

    verdict: Verdict
    name: str | None


@dataclass(frozen=True)
class Facts:
    """One moment's facts.

    `checked`: the set that the next switch-on uses, which the source may not have any more.
    `live`: what lies at the node's paths, None while nothing does: a standby's node has no keys.
    """

    credential_operations: dict[tuple[str, str], int]  # (operation, file): how often
    checked: CheckedSet | None
    live: Verdict | None
    startup_seconds: float | None  # from the process's start to the first readiness
    signals: dict[str, int]  # SIGHUPs sent to the node, by why
    kills: int  # of the node, by the manager
    guard_kills: int  # of the node, by the guard that runs now
    ended_unwatched: bool | None  # a permitted node, before this manager; None: not looked yet
    leadership_changes: int


class Reads:
    """Reads of what may hang, by name; several may have one."""

    def __init__(self) -> None:
        self._hang: list[tuple[str, Callable[[], bool]]] = []

    def add(self, name: str, hangs: Callable[[], bool]) -> None:
        """Take one. `hangs`: thread-safe, and returns at once."""
        self._hang.append((name, hangs))

    def hanging(self) -> dict[str, bool]:
        """Return for each name whether one of its reads hangs."""
        found: dict[str, bool] = {}
        for name, hangs in list(self._hang):
            found[name] = found.get(name, False) or hangs()
        return found


class Telemetry:
    """Collects facts for the metrics; of forging control in `control`, of the API in `requests`.

    `cluster`: of this cluster among others, None while that is not known. `reads`: what may hang.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.requests = RequestTally()
        self.reads = Reads()
        self._operations: Counter[tuple[str, str]] = Counter()
        self._checked: CheckedSet | None = None
        self._live: Verdict | None = None
        self._startup_seconds: float | None = None
        self._signals: Counter[str] = Counter()
        self._kills = 0
        self._guard_kills = 0
        self._ended_unwatched: bool | None = None
        self._leadership_changes = 0
        self.control = ControlRecord()
        self.cluster: Observable[ClusterState | None] = Observable(None)

    def credentials_copied(self, files: Iterable[str]) -> None:
        """Count files put in place, by their short names."""
        with self._lock:
            self._operations.update(("copy", file) for file in files)

    def set_checked(self, verdict: Verdict, name: str | None) -> None:
        """Remember what was put in place."""
        with self._lock:
            self._checked = CheckedSet(verdict, name)

    def set_live(self, verdict: Verdict | None) -> None:
        """Remember what lies at the node's paths."""
        with self._lock:
            self._live = verdict

    def became_ready(self, seconds: float) -> None:
        """Remember how long the first readiness took."""
        with self._lock:
            if self._startup_seconds is None:
                self._startup_seconds = seconds

    def signalled(self, reason: str) -> None:
        """Count a SIGHUP sent to the node."""
        with self._lock:
            self._signals[reason] += 1

    def killed(self) -> None:
        """Count a node ended by the manager."""
        with self._lock:
            self._kills += 1

    def guard_has_killed(self, kills: int) -> None:
        """Remember how many nodes the guard says it has ended."""
        with self._lock:
            self._guard_kills = kills

    def found_ended(self, *, ended: bool) -> None:
        """Remember whether a permitted node had ended before this manager watched."""
        with self._lock:
            self._ended_unwatched = ended

    def leadership_changed(self) -> None:
        """Count that this pod became the leader, or ceased to be."""
        with self._lock:
            self._leadership_changes += 1

    def facts(self) -> Facts:
        """Return everything as of now."""
        with self._lock:
            return Facts(
                dict(self._operations),
                self._checked,
                self._live,
                self._startup_seconds,
                dict(self._signals),
                self._kills,
                self._guard_kills,
                self._ended_unwatched,
                self._leadership_changes,
            )
