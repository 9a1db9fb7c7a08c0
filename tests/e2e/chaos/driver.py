"""Does what a plan says, step by step, and judges each by the journals of the nodes."""

from __future__ import annotations

import contextlib
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from devkit import steps
from devkit.steps import StepError
from tests.e2e.chaos.verdict import Verdict, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tests.e2e.chaos.kinds import Kind
    from tests.e2e.chaos.plan import Draw, Step
    from tests.e2e.framework.record import Record

S = TypeVar("S", bound="Record")
#: After the end of a fault: one lease, and what it takes to see and to switch on.
_BEYOND_LEASE_S = 2.0
#: In which everybody has noticed what happened at once, such as to the Lease.
_NOTICED_S = 5.0


@dataclass(frozen=True)
class Ground(Generic[S]):
    """Where it happens."""

    kinds: Mapping[str, Kind[S]]
    #: Waits until all is well; from then on the case counts. Raises StepError.
    settled: Callable[[], S]
    #: The uids of the pods of a case whose nodes are up.
    up: Callable[[S], Iterable[str]]
    #: All that a person can be told of what the managers did.
    timeline: Callable[[], str]
    lease_s: float


@dataclass
class Result:
    """What has come of a run so far."""

    steps: int = 0
    two_s: float = 0.0
    none_after_s: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kinds = "\n".join(f"| {name} | {count} |" for name, count in sorted(self.faults.items()))
        found = "\n".join(["violations:", *self.violations]) if self.violations else "none violated"
        return (
            f"| fault | times |\n|---|---|\n{kinds}\n"
            f"{self.steps} steps, {self.faults.total()} faults: two forgers {self.two_s:.2f} s in "
            f"all, none {self.none_after_s:.1f} s at most from a fault's end on; {found}"
        )


def run(ground: Ground[S], plan: Iterator[Step], *, seed: int, seconds: float) -> Result:
    """Follow the plan for so long, one step at least, to the end of the one that has begun.

    It ends early when all is not well again in time, which is a violation, too. Raises StepError
    when all is not well to begin with.
    """
    result = Result()
    case = ground.settled()
    end = time.monotonic() + seconds
    for step in plan:
        result.steps += 1
        steps.say(f"- {result.steps}: {step}")
        up = set(ground.up(case))
        try:
            over, injected = _do(ground, case, step)
            case.watch(_NOTICED_S)
            following = ground.settled()
        except StepError as error:
            steps.say(f"{error}\nENDED, seed {seed}, step {result.steps}:\n{_story(ground, case)}")
            what = str(error).partition("\n")[0]
            result.violations.append(f"step {result.steps}, {step}: {what}; {_load()}")
            break
        verdict = judge(case.lines(), up=up, since=case.since, over=over, until=following.since)
        _count(result, verdict, injected)
        steps.say(f"  {verdict}; {_load()}")
        if _is_broken(ground, verdict, step):
            result.violations.append(f"step {result.steps}, {step}: {verdict}; {_load()}")
            steps.say(f"VIOLATED, seed {seed}, step {result.steps}:\n{_story(ground, case)}")
        case = following
        if time.monotonic() >= end:
            break
    return result


def _do(ground: Ground[S], case: S, step: Step) -> tuple[datetime, list[Draw]]:
    """Inject a step's faults and end them; return when they were over, and which there were."""
    begun = [step.first]
    with contextlib.ExitStack() as first, contextlib.ExitStack() as second:
        first.enter_context(_injected(ground, case, step.first))
        if step.second is None:
            case.watch(step.first.lasts_s)
        else:
            case.watch(step.lead_s)
            # What the first has done may leave nothing that the second could be done to.
            try:
                second.enter_context(_injected(ground, case, step.second))
                begun.append(step.second)
            except StepError as error:
                case.mark(f"{step.second.kind}: impossible: {error}")
            left_s = max(0.0, step.first.lasts_s - step.lead_s)
            ends = [(left_s, first), (step.second.lasts_s, second)]
            for seconds, stack in ends if step.crossed else reversed(ends):
                case.watch(seconds)
                stack.close()
    return datetime.now(UTC), begun


@contextlib.contextmanager
def _injected(ground: Ground[S], case: S, draw: Draw) -> Iterator[None]:
    """Have a fault last within; its beginning and its end are marked in the history."""
    case.mark(f"{draw} begins")
    with ground.kinds[draw.kind].inject(case, draw):
        case.mark(f"{draw.kind}: begun")
        yield
        case.mark(f"{draw.kind} ends")
    case.mark(f"{draw.kind}: over")


def _count(result: Result, verdict: Verdict, begun: Iterable[Draw]) -> None:
    result.faults.update(draw.kind for draw in begun)
    result.two_s += verdict.two_s
    after_s = verdict.none_after_s - verdict.nobody_up_s
    result.none_after_s = max(result.none_after_s, after_s)


def _is_broken(ground: Ground[S], verdict: Verdict, step: Step) -> bool:
    two_at_most_s = max(ground.kinds[draw.kind].two_at_most_s for draw in step.draws)
    none_at_most_s = ground.lease_s + _BEYOND_LEASE_S
    return verdict.breaks(two_at_most_s=two_at_most_s, none_at_most_s=none_at_most_s)


def _load() -> str:
    """Tell how busy this machine is: where hardly anything runs in time, figures say little."""
    return f"{os.getloadavg()[0]:.0f} processes want to run"


def _story(ground: Ground[S], case: S) -> str:
    """Describe who forged when, what was done, and what the managers say of it."""
    try:
        timeline = ground.timeline()
    except StepError as error:
        timeline = str(error)
    return f"{case.history()}\n{timeline}"
