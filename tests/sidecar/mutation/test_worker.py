"""A worker on a small program: who notices what, and that it is mended again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from tests.sidecar.mutation.subjects import ROOT, SOURCE
from tests.sidecar.mutation.worker import Answer, Task

PROGRAM = "def double(n):\n    return 2 * n\n"
TESTS = """from one import double

def test_nothing():
    assert True

def test_it_doubles():
    assert double(4) == 8
"""


def judged(folder: Path, *tasks: Task) -> list[Answer]:
    (folder / "one.py").write_text(PROGRAM)
    (folder / "test_one.py").write_text(TESTS)
    (folder / "test_other.py").write_text("import one\n\ndef test_one():\n    one.double\n")
    paths = (folder, ROOT, ROOT / SOURCE)
    ended = subprocess.run(
        [sys.executable, "-m", "tests.sidecar.mutation.worker"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(str(path) for path in paths)},
        input="".join(f"{json.dumps(asdict(task))}\n" for task in tasks),
        stdout=subprocess.PIPE,
        text=True,
        timeout=100,
        check=True,
    )
    return [Answer(**json.loads(line)) for line in ended.stdout.splitlines()]


def task(text: str, *, first: str = "", areas: str = "test_other.py", wider: str = "") -> Task:
    named = {"first": first, "areas": areas, "wider": wider}
    lists = {which: [name] if name else [] for which, name in named.items()}
    return Task(file="one.py", text=text, words="double", **lists, simulation=[])


def test_it_says_who_noticed_and_mends_what_it_broke(tmp_path: Path) -> None:
    halves, same = PROGRAM.replace("*", "//"), PROGRAM.replace("2 * n", "n * 2")
    answers = judged(
        tmp_path,
        task(same, areas="test_one.py"),
        task(halves, wider="test_one.py"),
        task(halves, first="test_one.py::test_it_doubles"),
        task("def double(n", first="test_that_is_gone.py"),
    )
    doubles = "test_one.py::test_it_doubles"
    assert [(answer.stage, answer.by) for answer in answers] == [
        ("", ""),
        ("wider", doubles),
        ("first", doubles),
        ("area", "test_other.py"),
    ]
    assert (tmp_path / "one.py").read_text() == PROGRAM
