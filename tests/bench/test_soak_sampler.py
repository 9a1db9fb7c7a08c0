"""Each life of a process is a series of its own; what cannot be read is left out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from bench.soak import sampler
from bench.soak.sampler import Sampler
from devkit.steps import StepError
from tests.e2e.framework.replica import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.e2e.framework.usage import Place

UID = "aaaaaaaa-0000-4000-8000-000000000000"


@dataclass
class FakeMachine:
    """Answers with what is next; a word is an error."""

    answers: Iterator[str]
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def run(self, script: str, *arguments: str) -> str:
        self.asked.append(arguments)
        answer = next(self.answers)
        if answer == "paused":
            raise StepError(answer)
        return answer


def line(*, pid: int = 7, started: int = 70, resident_kb: int = 1000) -> str:
    fields = " ".join(["S", *("0" for _ in range(16)), "4", "0", str(started), "0", "0"])
    return f"0::/pod{UID}/1\t9 {resident_kb}\t{pid} (python3) {fields}\tpython3 forge-manager\n"


def sampled(*answers: str) -> Sampler:
    machine = FakeMachine(iter(answers))
    clock = itertools.count(100.0, 10.0)
    made = Sampler({"steady": lambda: [(machine, ["/journals"])]}, clock=lambda: next(clock))
    for _ in answers:
        made.sample()
    assert machine.asked == [("/proc", "/journals")] * len(answers)
    return made


def test_a_process_that_lives_on_is_one_series() -> None:
    made = sampled(line(resident_kb=1000), line(resident_kb=2000))
    ((life, samples),) = made.found.items()
    assert (life.release, life.process.part, life.process.pid) == ("steady", Part.MANAGER, 7)
    assert [(each.at_s, each.usage.resident_mb) for each in samples] == [
        (100.0, 1.024),
        (110.0, 2.048),
    ]


def test_a_process_that_was_restarted_is_another_even_with_its_pid() -> None:
    assert len(sampled(line(started=70), line(started=99), line(pid=8, started=99)).found) == 3


def test_what_cannot_be_asked_is_left_out() -> None:
    (samples,) = sampled(line(), "paused", line()).found.values()
    assert len(samples) == 2

    def unknown() -> Iterable[tuple[Place, Sequence[str]]]:
        raise StepError("the API server is away")

    made = Sampler({"hit": unknown})
    made.sample()
    assert made.found == {}


def test_it_samples_by_itself_and_says_what_ended_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampler, "EVERY_S", 0.001)
    machine = FakeMachine(itertools.chain([line()], ["no such line"], itertools.repeat("paused")))
    made = Sampler({"steady": lambda: [(machine, ["/journals"])]})
    with pytest.raises(ValueError, match="unpack"), made:
        made._thread.join(20)
    assert len(made.found) == 1
