"""Content keys: the same inputs give the same name, so that nothing is built twice."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

KEY_LENGTH = 12

# Left behind by tools that run in a source folder; no build depends on them.
_NOISE = frozenset({"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"})
_NOISE_SUFFIXES = (".pyc", ".egg-info")


def key(*parts: str | bytes) -> str:
    """Return 12 hex digits over the parts, each counted with its length so that none can merge."""
    sha = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        sha.update(len(data).to_bytes(8, "big"))
        sha.update(data)
    return sha.hexdigest()[:KEY_LENGTH]


def of_files(files: Iterable[Path], root: Path) -> str:
    """Return a key over names (relative to `root`), execute bits and contents, in any order."""
    parts: list[str | bytes] = []
    for file in sorted(files):
        executable = bool(file.stat().st_mode & 0o100)
        parts += [file.relative_to(root).as_posix(), "x" if executable else "-", file.read_bytes()]
    return key(*parts)


def sources(folder: Path) -> list[Path]:
    """List the files under `folder` that builds depend on, sorted."""
    return sorted(Path(entry.path) for entry in entries(folder))


def entries(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    """Give the same files in any order, several times as fast: a test looks before each render."""
    with os.scandir(folder) as found:
        for entry in found:
            if _is_noise(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from entries(entry.path)
            elif entry.is_file():
                yield entry


def _is_noise(name: str) -> bool:
    return name in _NOISE or name.endswith(_NOISE_SUFFIXES)
