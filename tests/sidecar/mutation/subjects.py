"""The files that decide, and the tests that answer for each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
#: What the files of mutants are named from.
SOURCE = Path("sidecar", "src")
TESTS = Path("tests", "sidecar")

_PACKAGE = "forge_manager"
_METRICS = ("metrics",)
#: Rooms that decide as a whole, each with its own folder of tests; and who else drives that code,
#: in processor time alone: not those that start a whole manager, guard or server for each test.
_ROOMS: dict[str, tuple[str, ...]] = {
    "election": ("forging",),
    "forging": ("publish", *_METRICS),
    "control": ("http", "publish", "operator", *_METRICS),
    "fence": ("guard", "gate", "forging"),
    "guard": ("forging",),
}
#: Only words for people: the lines of the log, and the page with the drawing of the rules.
_WORDS = ("control/notices.py", "forging/diagram.py", "guard/log.py")
#: Elsewhere, by the folders of their tests. The fence's arithmetic: `moment`. The first fence's
#: condition: `reasons`. Which process is the node: `node_watch`. The gate: what is found
#: (`verdict`), when a set is in place (`provisioner`), what follows (`decision`, `state`), what
#: the probe is told (`answers`). Who is given whom: `wiring`.
_ELSEWHERE = {
    "base/moment.py": ("fence", "guard", "election", "forging"),
    "base/reasons.py": ("control", "fence", "http"),
    "node/node_watch.py": ("node", "guard"),
    "credentials/verdict.py": ("credentials", "gate"),
    "gate/provisioner.py": ("gate",),
    "gate/decision.py": ("gate", "http"),
    "gate/state.py": ("http", "gate"),
    "http/answers.py": ("http",),
    "wiring/control.py": ("control", "wiring"),
    "wiring/control_keeper.py": ("wiring",),
    "wiring/control_start.py": ("wiring", "control"),
    "wiring/pod.py": ("wiring", "control"),
}


@dataclass(frozen=True)
class Subject:
    """A file, relative to SOURCE.

    `areas`: the folders of TESTS that answer for it. `wider`: those that follow when these notice
    nothing.
    """

    file: str
    areas: tuple[str, ...]
    wider: tuple[str, ...] = ()


def subjects(root: Path = ROOT) -> list[Subject]:
    """Return every file that is broken."""
    package = root / SOURCE / _PACKAGE
    found = [
        Subject(f"{_PACKAGE}/{room}/{path.name}", (room,), others)
        for room, others in _ROOMS.items()
        for path in package.joinpath(room).glob("*.py")
        if f"{room}/{path.name}" not in _WORDS
    ]
    elsewhere = [Subject(f"{_PACKAGE}/{file}", areas) for file, areas in _ELSEWHERE.items()]
    return sorted([*found, *elsewhere], key=lambda subject: subject.file)
