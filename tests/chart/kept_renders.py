"""Renders of one chart, kept from one run of the tests to the next.

Helm gives the same answer to the same request of the same chart: nothing in the templates
looks at a clock, at chance or at a cluster. So an answer is named after all three, and after
the renderer.
"""

from __future__ import annotations

import json
import os
import shutil
import zlib
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from devkit import digest

#: Charts whose answers are kept: the last ones that were worked on.
CHARTS_KEPT = 4

#: Of each file of the chart: when it was written, and how long it is.
Look = tuple[tuple[str, int, int], ...]


class KeptRenders:
    """Answers to requests of `chart`, below `folder`. `renderer`: what gave them, by content."""

    def __init__(self, folder: Path, chart: Path, renderer: str) -> None:
        self._folder, self._chart, self._renderer = folder, chart, renderer
        self._of = lru_cache(maxsize=1)(self._of_chart)

    def look(self) -> Look:
        """Return what tells of a change of the chart's files."""
        stats = ((entry.path, entry.stat()) for entry in digest.entries(self._chart))
        return tuple(sorted((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats))

    def find(self, request: str, seen: Look) -> dict[str, str] | None:
        """Return the answer of the chart as it was seen, if one is kept whole."""
        with suppress(OSError, zlib.error, ValueError):
            kept = (self._of(seen) / digest.key(request)).read_bytes()
            answer: dict[str, str] = json.loads(zlib.decompress(kept))
            return answer
        return None

    def keep(self, request: str, seen: Look, answer: dict[str, str]) -> None:
        """Keep it, unless the chart was changed since it was seen."""
        if self.look() != seen:
            return
        file = self._of(seen) / digest.key(request)
        half = file.with_suffix(f".{os.getpid()}")
        with suppress(OSError):  # tidied up by another run, or the disk is full
            half.write_bytes(zlib.compress(json.dumps(answer).encode(), level=1))
            half.rename(file)

    def _of_chart(self, seen: Look) -> Path:
        """Make the folder of this chart's answers; those of charts long ago go."""
        files = [Path(name) for name, _, _ in seen]
        folder = self._folder / digest.key(digest.of_files(files, self._chart), self._renderer)
        folder.mkdir(parents=True, exist_ok=True)
        folder.touch()
        with suppress(OSError):  # another run tidies up, too
            newest_first = sorted(self._folder.iterdir(), key=lambda each: -each.stat().st_mtime_ns)
            for old in newest_first[CHARTS_KEPT:]:
                shutil.rmtree(old, ignore_errors=True)
        return folder
