"""What a fault is given: who leads, who stands by; and how long nobody or two forged around it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.e2e.framework.forging_times import longest_gap_s, overlap_s, spans

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.framework.forging_times import Line, Run
    from tests.e2e.framework.replica import Replica
    from tests.e2e.framework.trio import Trio
    from timeline.namespace import Namespace

_DEADLINE_S = 90.0


@dataclass(frozen=True)
class Figures:
    """What a case is judged by, in seconds; ticks come every 0.1 s, so each is good to that."""

    two_s: float
    none_s: float

    def __str__(self) -> str:
        return f"two forgers {self.two_s:.2f} s, none {self.none_s:.2f} s"


@dataclass
class Scene:
    """Three settled replicas at the moment `since`; figures count from then on."""

    trio: Trio
    leader: Replica
    standbys: list[Replica]
    since: datetime
    notes: list[str] = field(default_factory=list, init=False)

    @property
    def namespace(self) -> Namespace:
        """Where all of it is."""
        return self.trio.namespace

    def lines(self) -> list[Line]:
        """Return what all nodes have said since."""
        return self.trio.witness.lines(self.since)

    def note(self, text: str) -> None:
        """Print what was measured, and keep it for the table at the end."""
        print(text)  # noqa: T201 - the figures are the test's result
        self.notes.append(text)

    def watch(self, seconds: float, *, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Let time pass, to see what else may happen; `meanwhile` is done again and again."""
        end = time.monotonic() + seconds

        def passed() -> bool:
            meanwhile()
            return time.monotonic() >= end

        self.trio.wait_for(f"{seconds:g} s to pass", passed, deadline_s=2 * seconds + 10)

    def wait_until_rolled_out(self) -> None:
        """Wait until every pod is of the newest revision and ready, and one forges."""
        self.trio.settled()

    def wait_until_gone(self, replica: Replica) -> None:
        """Wait until the API knows this pod no more, which is when its machine has ended it."""
        self.trio.wait_for(
            f"the end of {replica.pod}", lambda: not self.trio.pod(replica), deadline_s=_DEADLINE_S
        )

    def wait_for_forger(self, *, other_than: Run | None = None) -> Run:
        """Return who forges once one does, that is not the one named."""

        def forger() -> Run | None:
            return next((run for run in self.trio.witness.forgers() if run != other_than), None)

        than = f" other than {other_than.pod}" if other_than else ""
        return self.trio.wait_for(f"a forger{than}", forger, deadline_s=_DEADLINE_S)

    def judge(self, *, none_below_s: float | None, two_at_most_s: float = 0) -> None:
        """Print this case's figures and hold them against their bounds."""
        until = datetime.now(UTC)
        lines = self.lines()
        found = spans(lines)
        # The last ticks may not be read yet.
        until = min(until, max((span.end for span in found), default=until))
        gap = longest_gap_s(found, since=self.since, until=until)
        figures = Figures(overlap_s(found), gap)
        self.note(str(figures))
        assert figures.two_s <= two_at_most_s, self.history()
        assert none_below_s is None or figures.none_s < none_below_s, self.history()

    def history(self) -> str:
        """Describe who forged when and what else their nodes said, in seconds from the fault."""
        lines = self.lines()
        events = [
            (line.at, f"{_name(line.run)} {line.event}") for line in lines if line.event != "tick"
        ]
        for span in spans(lines):
            events.append((span.start, f"{_name(span.run)} first tick"))
            events.append((span.end, f"{_name(span.run)} last tick"))
        shown = [f"{(at - self.since).total_seconds():8.2f}  {text}" for at, text in sorted(events)]
        return "\n".join([f"{'; '.join(self.notes)}, counted from {self.since}:", *shown])


def _name(run: Run) -> str:
    return f"{run.pod} ({run.uid[:8]})"
