"""Sets of random values: rendered, and every object tried on a real API server by dry run."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.chart import refusals
from tests.chart.relations import ALWAYS, broken
from tests.chart.rendering import RefusedError
from tests.chart.strategies import some_values

if TYPE_CHECKING:
    from tests.chart.refusals import Render
    from tests.chart.samples import Values
    from tests.e2e.framework.dry_run import DryRun

# What a user needs of a refusal: the value that it is about.
_SCHEMA_PATH = re.compile(r"^\s*- at '/[^']+': ", re.MULTILINE)
_CHECK_PATH = re.compile(r"^[a-z][A-Za-z0-9.-]+: ")
_SHOWN = 12


@dataclass
class Verdict:
    """How many sets there were, and what became of them."""

    tried: int = 0
    by_schema: int = 0
    by_checks: int = 0
    judged: int = 0
    #: What the API server refuses, what does not go together, a refusal that names no value or the
    #: wrong one.
    invalid: Counter[str] = field(default_factory=Counter)
    #: Of each of these, one set that leads there.
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, other: Verdict) -> None:
        """Take in what another run found."""
        self.tried += other.tried
        self.by_schema += other.by_schema
        self.by_checks += other.by_checks
        self.judged += other.judged
        self.invalid += other.invalid
        self.examples |= other.examples

    def __str__(self) -> str:
        refused = f"refused by the schema {self.by_schema}, by checks {self.by_checks}"
        found = f"{self.judged} objects judged, invalid {self.invalid.total()}"
        lines = [f"{self.tried} sets tried, {refused}; {found}"]
        for problem, times in self.invalid.most_common(_SHOWN):
            lines += [f"{times} times: {problem}", f"  as with {self.examples[problem]}"]
        return "\n".join(lines)


def run(sets: int, number: int, server: DryRun, render: Render) -> Verdict:
    """Try so many sets, those that the seed `number` gives."""
    verdict = Verdict()

    @seed(number)
    @settings(
        max_examples=sets,
        phases=(Phase.generate,),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(some_values())
    def each(values: Values) -> None:
        verdict.tried += 1
        for problem in _problems(values, server, render, verdict):
            verdict.invalid[problem] += 1
            verdict.examples.setdefault(problem, json.dumps(values))

    each()
    verdict.judged = server.judged
    return verdict


def _problems(values: Values, server: DryRun, render: Render, verdict: Verdict) -> list[str]:
    try:
        found = render(values)
    except RefusedError as refusal:
        return _refused(str(refusal), values, render, verdict)
    return [*broken(found, ALWAYS), *(p for item in found.objects for p in server.problems(item))]


def _refused(text: str, values: Values, render: Render, verdict: Verdict) -> list[str]:
    if lines := refusals.lines(text):
        verdict.by_checks += 1
        nameless = [line for line in lines if not _CHECK_PATH.match(line)]
        false = refusals.false(values, [line for line in lines if line not in nameless], render)
        return [*(f"names no value: {line}" for line in nameless), *false]
    if _SCHEMA_PATH.search(text):
        verdict.by_schema += 1
        return []
    return [f"names no value: {text}"]
