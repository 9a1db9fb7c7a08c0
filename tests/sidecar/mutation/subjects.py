"""The files that decide, and the tests that answer for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
#: What the files of mutants are named from.
SOURCE = Path("sidecar", "src")
TESTS = Path("tests", "sidecar")

_PACKAGE = "forge_manager"
#: Rooms that decide as a whole, each with its own folder of tests.
_ROOMS = ("election", "forging", "control", "guard")
#: Only words for people: the lines of the log, and the page with the drawing of the rules.
_WORDS = ("control/notices.py", "forging/diagram.py", "guard/log.py")
#: Elsewhere, by the folders of their tests. The fence's arithmetic: `moment`. The first fence's
#: condition: `reasons`. The gate: what is found (`verdict`), when a set is in place
#: (`provisioner`), what follows (`gate_state`, `status`), what the probe is told (`answers`).
_ELSEWHERE = {
    "moment.py": ("guard", "election", "forging"),
    "reasons.py": ("control", "http"),
    "credentials/verdict.py": ("credentials", "provisioning"),
    "provisioning/provisioner.py": ("provisioning",),
    "provisioning/gate_state.py": ("provisioning", "http"),
    "status.py": ("http", "provisioning"),
    "http/answers.py": ("http",),
}
#: Who else drives that code, in processor time alone: what is left out takes seconds of real time
#: for each test (a whole manager, guard or server), or never comes to what decides.
_WIDER = (
    *("election", "forging", "guard/test_logic.py", "guard/test_protocol.py", "http"),
    *("provisioning", "reporting", "test_metrics.py", "test_metrics_forging.py"),
)


@dataclass(frozen=True)
class Subject:
    """A file, relative to SOURCE, and the folders of TESTS that answer for it."""

    file: str
    areas: tuple[str, ...]


def subjects(root: Path = ROOT) -> list[Subject]:
    """Return every file that is broken."""
    package = root / SOURCE / _PACKAGE
    found = [
        Subject(f"{_PACKAGE}/{room}/{path.name}", (room,))
        for room in _ROOMS
        for path in package.joinpath(room).glob("*.py")
        if f"{room}/{path.name}" not in _WORDS
    ]
    elsewhere = [Subject(f"{_PACKAGE}/{file}", areas) for file, areas in _ELSEWHERE.items()]
    return sorted([*found, *elsewhere], key=lambda subject: subject.file)


def wider(areas: Iterable[str]) -> list[str]:
    """Return the tests that follow when those of the areas notice nothing."""
    before = tuple(areas)
    return [str(TESTS / name) for name in _WIDER if name.partition("/")[0] not in before]
