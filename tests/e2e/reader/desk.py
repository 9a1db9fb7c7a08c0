"""A reader's terminal: a directory, a kubeconfig, the tools, and the commands of a page."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from devkit import paths, steps
from devkit.paths import REPOSITORY
from tests.docs.commands import Command, commands
from tests.docs.pages import Page


@dataclass(frozen=True)
class Desk:
    """Where commands are run; `words` are what the reader writes in place of a page's own."""

    directory: Path
    kubeconfig: Path
    words: tuple[tuple[str, str], ...] = ()

    def run(self, command: str, *, deadline_s: float = 120) -> subprocess.CompletedProcess[str]:
        """Run one command as a shell does, and show it with what it said."""
        for placeholder, word in self.words:
            command = command.replace(placeholder, word)
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=self.directory,
            capture_output=True,
            text=True,
            timeout=deadline_s,
            check=False,
            env={**os.environ, "PATH": self._path(), "KUBECONFIG": str(self.kubeconfig)},
        )
        steps.say(f"$ {command}\n{done.stdout}{done.stderr}")
        return done

    def start(self, command: str) -> subprocess.Popen[bytes]:
        """Start a command that the page ends with `&`; the caller ends it."""
        for placeholder, word in self.words:
            command = command.replace(placeholder, word)
        return subprocess.Popen(
            ["bash", "-c", f"exec {command.removesuffix('&')}"],
            cwd=self.directory,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PATH": self._path(), "KUBECONFIG": str(self.kubeconfig)},
        )

    def _path(self) -> str:
        return f"{paths.LINKS / 'bin'}:{paths.LINKS / 'venv' / 'bin'}:{os.environ['PATH']}"


def desk_at(directory: Path, kubeconfig: Path, **words: str) -> Desk:
    """Return a desk, in a directory made for it, on which what the pages name lies."""
    directory.mkdir(exist_ok=True)
    for name in ("charts", "examples", "sidecar", "test-startup-endpoint.py"):
        (directory / name).symlink_to(REPOSITORY / name)
    return Desk(directory, kubeconfig, tuple(words.items()))


def commands_of(page: str, test: str) -> list[Command]:
    """Return the commands that a page has this test run, in their order; make's are its own."""
    marked = [
        block
        for block in Page(REPOSITORY / page).blocks
        if block.mark and block.mark.said.endswith(f"::{test}")
    ]
    return [command for block in marked for command in commands(block) if command.program != "make"]
