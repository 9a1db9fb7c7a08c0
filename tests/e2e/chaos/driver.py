"""Does what a plan says, step by step, and judges each by the journals of the nodes."""

from __future__ import annotations

import contextlib
import math
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

from devkit import steps
from devkit.steps import StepError
from tests.e2e.chaos.verdict import Isolation, Verdict, judge
from tests.e2e.framework.replica import Part
from tests.e2e.framework.three_replicas import OWN_TIME_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tests.e2e.chaos.kinds import Kind
    from tests.e2e.chaos.plan import Draw, Step
    from tests.e2e.framework.record import Record

S = TypeVar("S", bound="Record")
#: After the end of a fault: a lease, what an outage adds, and what seeing and switching on take.
BEYOND_LEASE_S = OWN_TIME_S + 2.0
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
    #: Of it, more than the steps' faults explain.
    two_beyond_s: float = 0.0
    none_after_s: float = 0.0
    unproven_s: float = 0.0
    good_starts: int = 0
    failed_starts: int = 0
    #: While faults left neither manager nor guard of a pod alive: nobody was there to prevent it.
    excused_starts: int = 0
    forging_starts: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kinds = "\n".join(f"| {name} | {count} |" for name, count in sorted(self.faults.items()))
        found = "\n".join(["violations:", *self.violations]) if self.violations else "none violated"
        return (
            f"| fault | times |\n|---|---|\n{kinds}\n"
            f"{self.steps} steps, {self.faults.total()} faults: two forgers {self.two_s:.2f} s in "
            f"all, none {self.none_after_s:.1f} s at most from a fault's end on, one without a "
            f"proven lease {self.unproven_s:.2f} s in all; starts with keys: {self.good_starts}, "
            f"without: {self.failed_starts}, and {self.excused_starts} with neither manager nor "
            f"guard; starts that forged: {self.forging_starts}; {found}"
        )


def run(
    ground: Ground[S],
    plan: Iterator[Step],
    *,
    seed: int,
    seconds: float,
    beside_others: bool = False,
) -> Result:
    """Follow the plan for so long, one step at least, to the end of the one that has begun.

    `beside_others`: this machine does other work, so that how long nobody forges says little. It
    is told, and not judged.

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
        done = _Done()
        try:
            _do(ground, case, step, done)
            case.watch(_NOTICED_S)
            following = ground.settled()
        except StepError as error:
            steps.say(f"{error}\nENDED, seed {seed}, step {result.steps}:\n{_story(ground, case)}")
            what = str(error).partition("\n")[0]
            now = datetime.now(UTC)
            verdict = _judged(ground, case, done, up, over=now, until=now)
            _count(ground, result, verdict, step, done)
            result.violations.append(f"step {result.steps}, {step}: {what}; {verdict}; {_load()}")
            break
        verdict = _judged(ground, case, done, up, over=done.over, until=following.since)
        _count(ground, result, verdict, step, done)
        steps.say(f"  {verdict}; {_load()}")
        if _is_broken(ground, verdict, step, beside_others=beside_others):
            result.violations.append(f"step {result.steps}, {step}: {verdict}; {_load()}")
            steps.say(f"VIOLATED, seed {seed}, step {result.steps}:\n{_story(ground, case)}")
        case = following
        if time.monotonic() >= end:
            break
    return result


@dataclass
class _Done:
    """What has been done in a step, and when it was over."""

    begun: list[Draw] = field(default_factory=list)
    isolations: list[Isolation] = field(default_factory=list)
    over: datetime = field(init=False)


def _do(ground: Ground[S], case: S, step: Step, done: _Done) -> None:
    """Inject a step's faults and end them."""
    with contextlib.ExitStack() as first, contextlib.ExitStack() as second:
        first.enter_context(_injected(ground, case, step.first, done))
        if step.second is None:
            case.watch(step.first.lasts_s)
        else:
            case.watch(step.lead_s)
            # What the first has done may leave nothing that the second could be done to.
            try:
                second.enter_context(_injected(ground, case, step.second, done))
            except StepError as error:
                case.mark(f"{step.second.kind}: impossible: {error}")
            left_s = max(0.0, step.first.lasts_s - step.lead_s)
            ends = [(left_s, first), (step.second.lasts_s, second)]
            for seconds, stack in ends if step.crossed else reversed(ends):
                case.watch(seconds)
                stack.close()
    done.over = datetime.now(UTC)


def _judged(
    ground: Ground[S], case: S, done: _Done, up: set[str], *, over: datetime, until: datetime
) -> Verdict:
    return judge(
        case.lines(),
        up=up,
        since=case.since,
        over=over,
        until=until,
        isolations=done.isolations,
        lease=timedelta(seconds=ground.lease_s),
    )


@contextlib.contextmanager
def _injected(ground: Ground[S], case: S, draw: Draw, done: _Done) -> Iterator[None]:
    """Have a fault last within; its beginning and its end are marked in the history."""
    kind = ground.kinds[draw.kind]
    case.mark(f"{draw} begins")
    isolated = kind.isolates(case, draw)
    with kind.inject(case, draw):
        begun = case.mark(f"{draw.kind}: begun")
        done.begun.append(draw)
        yield
        ended = case.mark(f"{draw.kind} ends")
        done.isolations.append(Isolation(isolated, begun, ended))
    case.mark(f"{draw.kind}: over")


def _count(ground: Ground[S], result: Result, verdict: Verdict, step: Step, done: _Done) -> None:
    result.faults.update(draw.kind for draw in done.begun)
    result.unproven_s += verdict.unproven_s
    result.good_starts += verdict.good_starts
    result.forging_starts += verdict.forging_starts
    if _may_starts_fail(ground, step):
        result.excused_starts += verdict.failed_starts
    else:
        result.failed_starts += verdict.failed_starts
    result.two_s += verdict.two_s
    result.two_beyond_s += max(0.0, verdict.two_s - _two_at_most_s(ground, step))
    after_s = verdict.none_after_s - verdict.nobody_up_s
    result.none_after_s = max(result.none_after_s, after_s)


def _is_broken(ground: Ground[S], verdict: Verdict, step: Step, *, beside_others: bool) -> bool:
    none_at_most_s = math.inf if beside_others else ground.lease_s + BEYOND_LEASE_S
    return verdict.breaks(
        two_at_most_s=_two_at_most_s(ground, step),
        none_at_most_s=none_at_most_s,
        starts_may_fail=_may_starts_fail(ground, step),
    )


def _two_at_most_s(ground: Ground[S], step: Step) -> float:
    return max(ground.kinds[draw.kind].two_at_most_s for draw in step.draws)


def _may_starts_fail(ground: Ground[S], step: Step) -> bool:
    """Tell whether its faults, wherever they hit, may leave a pod without manager and guard."""
    hit = {part for draw in step.draws for part in ground.kinds[draw.kind].hit(draw)}
    return {Part.MANAGER, Part.GUARD} <= hit


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
