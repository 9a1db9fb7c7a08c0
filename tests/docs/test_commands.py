"""Each command of a page is run by a test, or is marked as needing something absent.

What no page has to say: make's targets, tests and modules are named and must exist; helm's commands
are rendered here; the commands of the runbooks are all run by tests/e2e/reader/test_runbooks.py.
For all others a mark stands before the block (tests/docs/pages.py).
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from devkit import paths
from devkit.paths import REPOSITORY
from tests.docs.commands import Command, all_commands, commands
from tests.docs.pages import Block, pages
from tests.docs.values import my_values

BLOCKS = [block for page in pages() for block in page.blocks]
COMMANDS = all_commands()
TARGETS = set(
    re.findall(r"^([a-z][a-z0-9-]*):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)
)
#: Of the alerts.
RUNBOOKS = "docs/runbooks/Cardano"
HOW_TO_MARK = (
    "say before the block which test runs it, `<!-- tested: FILE::TEST -->`, "
    "or what it needs that is absent, `<!-- needs: WHAT -->`"
)


def of(*programs: str) -> list[Command]:
    return [command for command in COMMANDS if command.program in programs]


INSTALLING = ("install", "upgrade", "template")


def is_checked_here(command: Command) -> bool:
    if command.program == "helm":
        return command.words[0] in INSTALLING
    return command.program in ("make", "pytest", "python")


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.where)
def test_a_block_of_commands_is_run_by_a_test_or_says_what_it_needs(block: Block) -> None:
    if block.page.name.startswith(RUNBOOKS):
        return
    unmarked = [c.text for c in commands(block) if not is_checked_here(c) and not block.mark]
    assert not unmarked, f"{block.where}: {unmarked[0]}\n{HOW_TO_MARK}"


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.where)
def test_a_block_that_begins_with_a_command_has_nothing_else(block: Block) -> None:
    other = [command.text for command in commands(block) if not command.program]
    assert not other, f"{block.where}: no program that is known (PROGRAMS): {other[0]}"


MARKED = [block for block in BLOCKS if block.mark and block.mark.kind == "tested"]


@pytest.mark.parametrize("block", MARKED, ids=lambda block: block.where)
def test_the_test_that_a_mark_names_exists(block: Block) -> None:
    assert block.mark
    file, _, name = block.mark.said.partition("::")
    assert (REPOSITORY / file).is_file(), f"{block.where}: there is no {file}"
    assert f"\ndef {name}(" in (REPOSITORY / file).read_text(), f"{block.where}: no {name} there"


def test_every_target_that_a_page_names_exists() -> None:
    named = [
        (f"{page.name}:{number}", target)
        for page in pages()
        for number, code in [
            *page.inline_code,
            *((block.line, line) for block in page.blocks for line in block.lines),
        ]
        for target in re.findall(r"(?:^|&& |\S=\S+ )make ([a-z][a-z0-9-]*)", code)
    ]
    assert named
    missing = [f"{where}: make {target}" for where, target in named if target not in TARGETS]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("command", of("pytest", "python"), ids=lambda command: command.where)
def test_what_is_run_by_name_exists(command: Command) -> None:
    words = command.words
    if command.program == "python":
        assert words[0] == "-m", command.where
        assert importlib.util.find_spec(words[1]), f"{command.where}: no module {words[1]}"
        return
    named = [word for word in words if "/" in word]
    assert named, command.where
    assert all((REPOSITORY / word).exists() for word in named), command.where


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory like a reader's: the chart, the examples, and the README's values."""
    directory: Path = tmp_path_factory.mktemp("desk")
    for name in ("charts", "examples"):
        (directory / name).symlink_to(REPOSITORY / name)
    for name in ("my-pool.yaml", "my-values.yaml"):
        (directory / name).write_text(my_values())
    return directory


HELM = [command for command in of("helm") if is_checked_here(command)]


@pytest.mark.parametrize("command", HELM, ids=lambda command: command.where)
def test_what_helm_is_told_to_install_renders(command: Command, desk: Path) -> None:
    # The published chart is this one.
    words = [re.sub(r"^oci://\S+(?=/cardano-node$)", "charts", word) for word in command.words[1:]]
    arguments = [word.lower() if word.isupper() else word for word in words]
    # Those of the release are not there to be used again.
    values = ["-f", "my-values.yaml"] if "--reset-then-reuse-values" in arguments else []
    arguments = [word for word in arguments if word != "--reset-then-reuse-values"]
    done = subprocess.run(
        [str(paths.LINKS / "bin" / "helm"), "template", *arguments, *values],
        cwd=desk,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{command.where}\n{done.stderr}"


KUBECTL = list({command.text: command for command in of("kubectl")}.values())


@pytest.mark.parametrize("command", KUBECTL, ids=lambda command: command.where)
def test_kubectl_knows_the_verb_and_every_option(command: Command, tmp_path: Path) -> None:
    """It reads all of them before it does anything; here it finds no cluster."""
    done = subprocess.run(
        [str(paths.LINKS / "bin" / "kubectl"), "--server=http://127.0.0.1:1", *command.words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        env={"HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "none")},
        check=False,
    )
    said = done.stderr.strip()
    found_no_cluster = re.search(r"connection to the server|connect: connection refused", said)
    found_no_file = re.search(r"no such file|does(n't| not) exist|no context exists", said)
    # Of a kubeconfig alone it asks no cluster.
    done_without = command.words[0] == "config" and done.returncode == 0
    assert found_no_cluster or found_no_file or done_without, f"{command.where}\n{said}"


def test_the_programs_that_run_commands_are_there() -> None:
    """Else the two above would fail for another reason than they say."""
    missing = [name for name in ("helm", "kubectl") if not shutil.which(paths.LINKS / "bin" / name)]
    assert not missing, f"run: make tools (no {', '.join(missing)})"
