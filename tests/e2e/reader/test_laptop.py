"""`pip install ./sidecar` and `forge-manager check`, as the pages say, in an empty environment."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.docs.commands import Command
from tests.e2e.reader.desk import Desk, commands_of, desk_at

if TYPE_CHECKING:
    from tests.support.keys import Pool

pytestmark = pytest.mark.timeout(1100)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk with a virtual environment in which `pip install` has been carried out."""
    directory = tmp_path_factory.mktemp("laptop")
    subprocess.run([sys.executable, "-m", "venv", directory / "venv"], check=True, timeout=120)
    return desk_at(directory, directory / "none", **{"pool1…": "pool1" + "q" * 51})


def carry_out(desk: Desk, command: Command) -> str:
    """Run it in the virtual environment, and return what it said."""
    done = desk.run(f". venv/bin/activate && {command.text}", deadline_s=500)
    # 4: the node would start, and something needs attention (keys of a network of our own).
    assert done.returncode in (0, 4), done.stderr
    return done.stdout


def check(desk: Desk, pool: Pool, page: str, test: str) -> str:
    install, command = commands_of(page, test)
    pool.issue().write(desk.directory)
    carry_out(desk, install)
    return carry_out(desk, command)


def test_files_are_checked_as_the_readme_says(desk: Desk, pool: Pool) -> None:
    said = check(desk, pool, "README.md", "test_files_are_checked_as_the_readme_says")
    assert "KES" in said


def test_files_are_checked_as_the_startup_probe_page_says(desk: Desk, pool: Pool) -> None:
    test = "test_files_are_checked_as_the_startup_probe_page_says"
    assert "PoolId" in check(desk, pool, "STARTUP-PROBE.md", test)
