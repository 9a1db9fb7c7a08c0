"""What is seen from a moment on, and what a case is judged by: how long nobody or two forged."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from tests.e2e.framework.forging_times import longest_gap_s, overlap_s, spans

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.e2e.framework.forging_journal import Journals
    from tests.e2e.framework.forging_times import Line, Run

T = TypeVar("T")
#: The property of a case's report under which its figures are.
FIGURES = "figures"
_DEADLINE_S = 90.0


class SystemUnderTest(Protocol):
    """What cases happen to: replicas, on one cluster or several."""

    #: A case on it has failed: nobody knows what that has left.
    condemned: bool

    @property
    def journal(self) -> Journals:
        """What their nodes say."""

    def wait_for(self, what: str, condition: Callable[[], T | None], *, deadline_s: float) -> T:
        """Wait; say what it looks like when it is in vain. Raises StepError."""

    def diagnosis(self) -> str:
        """Return what a person needs to see when a case fails."""


@dataclass(frozen=True)
class Figures:
    """What a case is judged by, in seconds; ticks come every 0.1 s, so each is good to that."""

    two_s: float
    none_s: float

    def __str__(self) -> str:
        return f"two forgers {self.two_s:.2f} s, none {self.none_s:.2f} s"


@dataclass(kw_only=True)
class Record(ABC):
    """What happens on a system from the moment `since` on; figures count from then."""

    since: datetime
    notes: list[str] = field(default_factory=list, init=False)
    #: What was done, and when.
    marks: list[tuple[datetime, str]] = field(default_factory=list, init=False)

    @property
    @abstractmethod
    def system(self) -> SystemUnderTest:
        """Where it happens."""

    def lines(self) -> list[Line]:
        """Return what all nodes have said since."""
        return self.system.journal.lines(self.since)

    def note(self, text: str) -> None:
        """Print what was measured, and keep it for the table at the end."""
        print(text)  # noqa: T201 - the figures are the test's result
        self.notes.append(text)

    def mark(self, text: str) -> datetime:
        """Have the history say that this is done now; returns when that is."""
        now = datetime.now(UTC)
        self.marks.append((now, text))
        return now

    def watch(self, seconds: float, *, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Let time pass, to see what else may happen; `meanwhile` is done again and again."""
        end = time.monotonic() + seconds

        def passed() -> bool:
            meanwhile()
            return time.monotonic() >= end

        self.system.wait_for(f"{seconds:g} s to pass", passed, deadline_s=2 * seconds + 10)

    def wait_for_forger(self, *, other_than: Run | None = None) -> Run:
        """Return who forges once one does, that is not the one named."""

        def forger() -> Run | None:
            return next((run for run in self.system.journal.forgers() if run != other_than), None)

        than = f" other than {other_than.pod}" if other_than else ""
        return self.system.wait_for(f"a forger{than}", forger, deadline_s=_DEADLINE_S)

    def judge(
        self,
        *,
        none_below_s: float | None,
        two_at_most_s: float = 0,
        none_since: datetime | None = None,
    ) -> None:
        """Print this case's figures and hold them against their bounds.

        A time with no forger counts from `none_since`, when that is given.
        """
        until = datetime.now(UTC)
        lines = self.lines()
        found = spans(lines)
        # The last ticks may not be read yet.
        until = min(until, max((span.end for span in found), default=until))
        gap = longest_gap_s(found, since=none_since or self.since, until=until)
        figures = Figures(overlap_s(found), gap)
        self.note(str(figures))
        assert figures.two_s <= two_at_most_s, self.history()
        assert none_below_s is None or figures.none_s < none_below_s, self.history()

    def history(self) -> str:
        """Describe who forged when and what else their nodes said, in seconds from `since`."""
        lines = self.lines()
        events = [(at, f"* {text}") for at, text in self.marks]
        events += [
            (line.at, f"{_name(line.run)} {line.event}") for line in lines if line.event != "tick"
        ]
        for span in spans(lines):
            events.append((span.start, f"{_name(span.run)} first tick"))
            events.append((span.end, f"{_name(span.run)} last tick"))
        shown = [f"{(at - self.since).total_seconds():8.2f}  {text}" for at, text in sorted(events)]
        return "\n".join([f"{'; '.join(self.notes)}, counted from {self.since}:", *shown])


def show_figures(reporter: pytest.TerminalReporter) -> None:
    """Print the figures of all cases together, as rows of a table."""
    reporter.section("figures")
    for outcome in ("passed", "failed"):
        for report in reporter.getreports(outcome):
            for name, figures in report.user_properties:
                if name == FIGURES:
                    case = report.nodeid.partition("::test_")[2].replace("_", " ")
                    reporter.write_line(f"| {case} | {figures} | {outcome} |")


def _name(run: Run) -> str:
    return f"{run.pod} ({run.uid[:8]})"
