"""What the gate put in place, and how long that took: for forging control and the metrics."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forge_manager.credentials.verdict import Verdict


class CheckedSet(NamedTuple):
    """A set that passed the checks and was put in place; `name` is unique."""

    verdict: Verdict
    name: str | None


@dataclass
class CredentialSets:
    """The sets of credentials of this pod; each field is replaced whole, by one thread.

    `checked`: the set that the next switch-on uses, which the source may no longer have. `live`:
    the set at the node's paths, None while there is none: a standby's node has no keys.
    """

    checked: CheckedSet | None = None
    live: Verdict | None = None

    @property
    def pool_id(self) -> str:
        """The pool whose certificate was checked, whatever was configured; "" without one."""
        return (self.checked.verdict.pool_id or "") if self.checked else ""


@dataclass
class GateRecord:
    """Written by the gate's thread.

    `copied`: how often each file was put in place, by its short name. `startup_seconds`: from the
    process's start to the first readiness.
    """

    copied: Counter[str] = field(default_factory=Counter)
    startup_seconds: float | None = None

    def put_in_place(self, files: Iterable[str]) -> None:
        """Count files put in place, by their short names."""
        self.copied = self.copied + Counter(list(files))  # replaced whole: another thread reads it

    def became_ready(self, seconds: float) -> None:
        """Remember how long the first readiness took."""
        if self.startup_seconds is None:
            self.startup_seconds = seconds
