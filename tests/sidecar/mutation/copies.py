"""The repository once more for each worker: what is broken is never the checkout."""

from __future__ import annotations

import compileall
import json
import os
import py_compile
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.sidecar.mutation.subjects import ROOT, SOURCE
from tests.sidecar.mutation.worker import Answer, Task

#: Written to while tests run, or broken; everything else is a link.
_COPIED = ("sidecar", "tests", "tools")
_END_DEADLINE_S = 30.0


class Copy:
    """A worker and its copy, from `with` to its end. One task at a time."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="code-mutants-")
        root = Path(self._folder.name)
        _fill(root)
        paths = (root / "tools", root, root / SOURCE)
        told = {"PYTHONPATH": os.pathsep.join(str(path) for path in paths)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.sidecar.mutation.worker"],
            cwd=root,
            # Bytecode is written there: the tests' is as good for the next mutant, and it ends
            # with the copy.
            env={k: v for k, v in os.environ.items() if k != "PYTHONPYCACHEPREFIX"} | told,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(0.0 if kind else _END_DEADLINE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()

    def judge(self, task: Task) -> Answer:
        """Have the worker judge. Raises RuntimeError when it has died."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{json.dumps(asdict(task))}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("a worker has ended without a verdict")
        return Answer(**json.loads(line))


def _fill(root: Path) -> None:
    for path in ROOT.iterdir():
        if path.name in _COPIED:
            ignored = shutil.ignore_patterns("__pycache__", ".hypothesis")
            shutil.copytree(path, root / path.name, ignore=ignored)
        elif not path.name.startswith(".") or path.name == ".github":
            (root / path.name).symlink_to(path)
    # By what they hold, not by time and size: a broken file can have the same of both.
    compileall.compile_dir(
        root / SOURCE, quiet=1, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH
    )
