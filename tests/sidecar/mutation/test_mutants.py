"""What can be broken, and the sample by a seed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sidecar.mutation.mutants import Mutant, mutants_of, sample, source_of

KINDS = """from enum import Enum

class Colour(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3
"""


def mutants(root: Path, text: str) -> list[Mutant]:
    (root / "kinds.py").write_text(KINDS)
    (root / "one.py").write_text(text)
    return mutants_of(root, ["one.py"])


def read(root: Path, text: str) -> set[str]:
    return {mutant.key.after for mutant in mutants(root, text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = b < c", {"a = b <= c", "a = b >= c"}),
        ("a = b is None", {"a = b is not None"}),
        ("a = b not in c", {"a = b in c"}),
        ("a = b - c", {"a = b + c"}),
        ("a += b", {"(removed)", "a -= b"}),
        ("a = b and c", {"a = b or c", "a = b", "a = c"}),
        ("a = b or c or d", {"a = b and c and d", "a = b or c", "a = b or d", "a = c or d"}),
        ("a = not b", {"a = b"}),
        ("a = True", {"a = False"}),
        ("a = 0", {"a = 1"}),
        ("a = 3", {"a = 2", "a = 4"}),
        ("a = 0.5", {"a = 1.0", "a = 0.25"}),
        ("a = 2000", {"a = 4000", "a = 1000"}),
        ("a = 6 * SECOND", {"a = 12 * SECOND", "a = 3 * SECOND", "a = 6 // SECOND"}),
        ("a = min(b, 'x')", {"a = max(b, 'x')"}),
        ("a = f(b, c)", {"a = f(c, b)"}),
        ("f()", {"(removed)"}),
        ("if a:\n    b = c", {"not a"}),
        ("TABLE = (f, g)", {"TABLE = (f,)", "TABLE = (g,)"}),
        ("TABLE = {'x': f, 'y': g}", {"TABLE = {'x': f}", "TABLE = {'y': g}"}),
        ("TABLE = ((f, g), (h, i))", {"TABLE = ((f, g),)", "TABLE = ((h, i),)"}),
    ],
)
def test_a_place_is_broken_in_these_ways(tmp_path: Path, text: str, expected: set[str]) -> None:
    assert read(tmp_path, text) == expected


def test_a_function_returns_nothing_and_one_that_judges_the_one_or_the_other(
    tmp_path: Path,
) -> None:
    assert read(tmp_path, "def f():\n    return g") == {"return None"}
    assert read(tmp_path, "def f() -> bool:\n    return g") == {"return True", "return False"}


def test_a_member_is_exchanged_for_the_next_one(tmp_path: Path) -> None:
    text = "from kinds import Colour as C\na = C.GREEN\nb = C.BLUE"
    assert read(tmp_path, text) == {"a = C.BLUE", "b = C.RED"}


@pytest.mark.parametrize(
    "text",
    [
        '"""A text."""',
        "a: list[3] = b",
        "def f(a: 1 = b) -> 2:\n    pass",
        "from x import y",
        "if TYPE_CHECKING:\n    a = 1",
        "_log.info('x', extra=logs.fields(a=1))",
        "self._log(LogLevel.INFO, 1)",
        "from control.notices import tell\ntell(1)",
        "class P(Protocol):\n    a = 1",
        "Answer = Found | Failure",
        "_Found = tuple[int, bool]",
        "@dataclass(frozen=True)\nclass A:\n    pass",
        "a = f'{b + 1}'",
        "a = b + 'x'",
        "a = zip(b, c, strict=True)",
    ],
)
def test_what_only_people_or_tools_read_is_left_alone(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == set()


def test_only_the_place_that_is_named_is_broken(tmp_path: Path) -> None:
    text = "a = b < c\nd = b < c\ne = b > c"
    second = next(m for m in mutants(tmp_path, text) if m.line == 2 and "<=" in m.key.after)
    assert source_of(tmp_path, second.key) == "a = b < c\nd = b <= c\ne = b > c\n"


def test_places_that_read_alike_are_counted(tmp_path: Path) -> None:
    found = mutants(tmp_path, "def f():\n    g()\n    h()\n    g()")
    assert [(m.key.before, m.key.nth, m.line) for m in found] == [
        ("g()", 0, 2),
        ("g()", 1, 4),
        ("h()", 0, 3),
    ] or len({m.key for m in found}) == len(found) == 3


def test_a_key_does_not_change_with_the_lines_above(tmp_path: Path) -> None:
    before = mutants(tmp_path, "def f():\n    return a < b")
    after = mutants(tmp_path, "# more\n\nc = d\n\ndef f():\n    return a < b")
    assert [m.key for m in before] == [m.key for m in after]


def test_a_mutant_that_is_gone_is_an_error(tmp_path: Path) -> None:
    (first, *_) = mutants(tmp_path, "a = b < c")
    mutants(tmp_path, "a = b")
    with pytest.raises(KeyError):
        source_of(tmp_path, first.key)


NUMBERS = "\n".join(f"a{number} = b{number} < c" for number in range(50))


def test_a_seed_chooses_the_same_mutants_and_another_one_others(tmp_path: Path) -> None:
    found = mutants(tmp_path, NUMBERS)
    assert sample(found, 10, 5) == sample(found[::-1], 10, 5)
    assert sample(found, 10, 5) != sample(found, 10, 6)
    assert len(sample(found, 10, 5)) == 10


def test_most_of_a_sample_stays_when_the_code_grows(tmp_path: Path) -> None:
    before = {mutant.key for mutant in sample(mutants(tmp_path, NUMBERS), 20, 1)}
    grown = mutants(tmp_path, f"new = d < e\n{NUMBERS}")
    after = {mutant.key for mutant in sample(grown, 20, 1)}
    assert len(before & after) >= 18
