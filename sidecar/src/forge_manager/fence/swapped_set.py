"""A directory of files behind one link, swapped in one step.

    kes.skey  -> ..live/kes.skey       these three links never change
    vrf.skey  -> ..live/vrf.skey
    node.cert -> ..live/node.cert
    ..live    -> ..set-4f1c0a          one rename replaces it; without it all three are missing
    ..set-4f1c0a/                      the files, mode 0400

A process that opens the three paths in turn can still see half of a swap; one that resolves
`..live` once never does. The previous set is kept until `sweep`, so that such a reader can finish.

Standard library only, and little of it, for the guard: manager and guard use the same form.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

from forge_manager.base.bounded_file import SIGNING_FILE_BYTES, read_bounded, real_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LIVE = "..live"
_SET_PREFIX = "..set-"
_LINK_PREFIX = "..link-"
_FILE_MODE = 0o400  # cardano-node refuses a VRF key with any permission for group or others
_DIRECTORY_MODE = 0o700

#: What stat says about one file, or why it says nothing (errno).
_Stat = tuple[int, int, int, int, int] | int
#: Which set is live, and what stat says about the directory and the files.
Version = tuple[str | None, tuple[_Stat, ...]]


class SwappedSet:
    """Swaps sets of files in one directory. Every method may raise OSError."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._text = os.fspath(directory)

    def install(self, files: Mapping[str, bytes]) -> None:
        """Make these files (by name) the live set; on failure the previous set stays."""
        new_set = self._write_set(files)
        try:
            self._adopt(files)
            self._replace_link(_LIVE, new_set.name)
            self._link_names(files)
            _sync(self.directory)
        except OSError:
            if self._leads_to(_LIVE) != new_set.name:
                _discard(new_set)
            raise

    def current(self) -> str | None:
        """Return the live set's name, which is never used again; None if there is no live set."""
        return self._leads_to(_LIVE)

    def version(self, names: Iterable[str]) -> Version:
        """Return a value that changes whenever one of these files does, or what leads to it.

        It is asked for in every round, so it costs one call of the kernel for each file.
        """
        paths = [self._text, *(f"{self._text}/{name}" for name in names)]
        return self._leads_to(_LIVE), tuple(map(_stat_of, paths))

    def is_in_form(self, names: Iterable[str]) -> bool:
        """Tell whether all names are links into the live set."""
        return all(self._leads_to(name) == f"{_LIVE}/{name}" for name in names)

    def remove(self, names: Iterable[str]) -> None:
        """Remove the live set in one step, and plain files of another tool one by one."""
        (self.directory / _LIVE).unlink(missing_ok=True)
        for name in names:
            if _is_plain_file(self.directory / name):
                (self.directory / name).unlink(missing_ok=True)
        _sync(self.directory)

    def sweep(self, *, spare_seconds: float = 0.0) -> None:
        """Delete what is neither live nor foreign: earlier sets, and what a crash left behind.

        Sets younger than `spare_seconds` stay: another process may be about to make one live.
        """
        live = self._leads_to(_LIVE)
        newest = time.time() - spare_seconds
        for entry in list(os.scandir(self.directory)):
            if not _is_older(entry, newest):
                continue
            if entry.name.startswith(_LINK_PREFIX):
                Path(entry.path).unlink(missing_ok=True)
            elif entry.name.startswith(_SET_PREFIX) and entry.name != live:
                _discard(Path(entry.path))

    def _leads_to(self, name: str) -> str | None:
        try:
            return os.readlink(f"{self._text}/{name}")  # noqa: PTH115 (the text, not a path)
        except OSError:
            return None

    def _write_set(self, files: Mapping[str, bytes]) -> Path:
        directory = self.directory / f"{_SET_PREFIX}{os.urandom(8).hex()}"
        directory.mkdir(_DIRECTORY_MODE)
        try:
            for name, content in files.items():
                _write_file(directory / name, content)
            _sync(directory)
        except BaseException:
            _discard(directory)
            raise
        return directory

    def _adopt(self, names: Iterable[str]) -> None:
        """Bring plain files (another tool's) into our form, with their content unchanged.

        Replacing them one by one with the new set would show a mixture meanwhile. Plain files that
        are not a whole set are deleted: then the set is incomplete, which a node reports.
        """
        paths = [self.directory / name for name in names]
        plain = [path for path in paths if _is_plain_file(path)]
        if not plain:
            return
        contents = {path.name: self._read_below(path) for path in paths}
        whole = {name: content for name, content in contents.items() if content}
        if len(whole) < len(paths):
            for path in plain:
                path.unlink()
            return
        self._replace_link(_LIVE, self._write_set(whole).name)
        self._link_names(whole)

    def _read_below(self, path: Path) -> bytes | None:
        real = Path(real_path(path))
        if not real.is_relative_to(real_path(self.directory)):
            return None
        return read_bounded(real, SIGNING_FILE_BYTES)

    def _link_names(self, names: Iterable[str]) -> None:
        for name in names:
            wanted = f"{_LIVE}/{name}"
            if self._leads_to(name) != wanted:
                self._replace_link(name, wanted)

    def _replace_link(self, name: str, to: str) -> None:
        temporary = self.directory / f"{_LINK_PREFIX}{os.urandom(8).hex()}"
        temporary.symlink_to(to)
        try:
            temporary.replace(self.directory / name)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise


def _stat_of(path: str) -> _Stat:
    try:
        found = os.stat(path)  # noqa: PTH116 (a str)
    except OSError as error:
        return error.errno or 0
    times = found.st_mtime_ns, found.st_ctime_ns
    return found.st_dev, found.st_ino, *times, found.st_size


def _write_file(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fchmod(descriptor, _FILE_MODE)
        os.fsync(descriptor)


def _discard(directory: Path) -> None:
    """Delete a set as far as possible; a set has no directories in it."""
    with contextlib.suppress(OSError):
        for path in list(directory.iterdir()):
            path.unlink()
        directory.rmdir()


def _is_older(entry: os.DirEntry[str], unix_time: float) -> bool:
    try:
        return entry.stat(follow_symlinks=False).st_mtime <= unix_time
    except FileNotFoundError:
        return False


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_plain_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False
