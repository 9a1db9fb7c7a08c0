"""Which packages the sidecar imports: those of its image, and a person's machine needs three."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
import tomllib

import pytest

import locks
from devkit import paths

SIDECAR = paths.REPOSITORY / "sidecar"
DEADLINE_S = 60.0
# What pyproject.toml names and what that needs in turn.
NEEDED_IN_TURN = {"cffi"}
# As in the image, where no other package is.
EVERYTHING = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Absent())
import forge_manager, pkgutil
for each in pkgutil.walk_packages(forge_manager.__path__, "forge_manager."):
    if not each.name.endswith("__main__"):
        __import__(each.name)
"""
COMMAND = """
from forge_manager.cli import main
try:
    main(["{}", "--help"])
except SystemExit:
    pass
"""
PRINT = "import json, sys; print(json.dumps(sorted({m.partition('.')[0] for m in sys.modules})))"


def imported(program: str) -> set[str]:
    """The distributions of the packages that a program imports."""
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\n{PRINT}"],
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=True,
    )
    modules = json.loads(done.stdout.splitlines()[-1])
    owners = importlib.metadata.packages_distributions()
    found = {name.lower() for module in modules for name in owners.get(module, [])}
    # The test's own environment: an editable installation's finder.
    return found - {"cardano-forge-manager", "setuptools"}


def locked() -> set[str]:
    return {
        line.partition("==")[0] for line in locks.SIDECAR.read_text().splitlines() if "==" in line
    }


def project() -> dict[str, list[str]]:
    found = tomllib.loads((SIDECAR / "pyproject.toml").read_text())["project"]
    return {"": found["dependencies"], **found["optional-dependencies"]}


def names(requirements: list[str]) -> set[str]:
    return {line.partition(">=")[0].lower() for line in requirements}


def test_all_that_it_imports_is_in_its_image_and_nothing_else() -> None:
    known = {*locked(), "cardano-forge-manager"}
    absent = {
        module
        for module, owners in importlib.metadata.packages_distributions().items()
        if not known & {owner.lower().replace("_", "-") for owner in owners}
    }
    found = imported(EVERYTHING.format(absent=absent))
    assert {name.replace("_", "-") for name in found} == locked()
    assert not locked() & {*locks.NOT_IMPORTED}


@pytest.mark.parametrize("command", ["check", "probe"])
def test_a_persons_commands_need_three_packages(command: str) -> None:
    assert imported(COMMAND.format(command)) <= names(project()[""]) | NEEDED_IN_TURN


def test_what_is_locked_is_what_the_project_names() -> None:
    lines = (SIDECAR / "requirements.in").read_text().splitlines()
    named = {line.split()[0].lower() for line in lines if line and not line.startswith("#")}
    assert named == names([*project()[""], *project()["sidecar"]])
