"""The directory the node reads its credentials from: a set behind one link, swapped in one step.

    kes.skey  -> ..live/kes.skey       these three links never change
    vrf.skey  -> ..live/vrf.skey
    node.cert -> ..live/node.cert
    ..live    -> ..set-4f1c0a          one rename replaces it; without it all three are missing
    ..set-4f1c0a/                      the files, mode 0400

A process that opens the three paths in turn can still meet a swap half-way; one that resolves
`..live` once never does. The set before is kept until `sweep`, for such a reader to finish.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from forge_manager.credentials.verdict import RejectionError
from forge_manager.provisioning.source import read_file
from forge_manager.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LIVE = "..live"
_SET_PREFIX = "..set-"
_LINK_PREFIX = "..link-"
_FILE_MODE = 0o400  # cardano-node refuses a VRF key with any permission for group or others
_DIRECTORY_MODE = 0o700

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
_OBSTRUCTED = (errno.EISDIR, errno.ENOTDIR, errno.ENOTEMPTY, errno.EEXIST, errno.ELOOP)


class TargetDirectory:
    """Swaps sets of files in one directory. Every method raises RejectionError on failure."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def install(self, files: Mapping[str, bytes]) -> None:
        """Make these files (by name) the live set; on failure the set before stays."""
        try:
            new_set = self._write_set(files)
            try:
                self._adopt(files)
                self._replace_link(_LIVE, new_set.name)
                self._link_names(files)
                _sync(self.directory)
            except OSError:
                if self._leads_to(_LIVE) != new_set.name:
                    shutil.rmtree(new_set, ignore_errors=True)
                raise
        except OSError as error:
            raise self._rejection(error) from None

    def is_in_form(self, names: Iterable[str]) -> bool:
        """Tell whether all names are links into the live set."""
        return all(self._leads_to(name) == f"{_LIVE}/{name}" for name in names)

    def remove(self) -> None:
        """Take the live set away in one step: afterwards none of the three files exists."""
        try:
            (self.directory / _LIVE).unlink(missing_ok=True)
            _sync(self.directory)
        except OSError as error:
            raise self._rejection(error) from None

    def sweep(self) -> None:
        """Delete what is neither live nor foreign: earlier sets, and what a crash left behind."""
        try:
            live = self._leads_to(_LIVE)
            for entry in list(os.scandir(self.directory)):
                if entry.name.startswith(_LINK_PREFIX):
                    Path(entry.path).unlink(missing_ok=True)
                elif entry.name.startswith(_SET_PREFIX) and entry.name != live:
                    shutil.rmtree(entry.path, ignore_errors=True)
        except OSError as error:
            raise self._rejection(error) from None

    def _leads_to(self, name: str) -> str | None:
        try:
            return os.readlink(self.directory / name)  # noqa: PTH115 (the text, not a path)
        except OSError:
            return None

    def _write_set(self, files: Mapping[str, bytes]) -> Path:
        directory = Path(tempfile.mkdtemp(prefix=_SET_PREFIX, dir=self.directory))
        try:
            directory.chmod(_DIRECTORY_MODE)
            for name, content in files.items():
                _write_file(directory / name, content)
            _sync(directory)
        except BaseException:
            shutil.rmtree(directory, ignore_errors=True)
            raise
        return directory

    def _adopt(self, names: Iterable[str]) -> None:
        """Bring names that are plain files (another tool's) into our form, content unchanged.

        Replacing them one by one with the new set would show a mixture meanwhile. Plain files that
        are no whole set are deleted: then the set is incomplete, which a node reports.
        """
        paths = [self.directory / name for name in names]
        plain = [path for path in paths if _is_plain_file(path)]
        if not plain:
            return
        try:
            contents = {path.name: read_file(path) for path in paths}
        except RejectionError:
            for path in plain:
                path.unlink()
            return
        self._replace_link(_LIVE, self._write_set(contents).name)
        self._link_names(contents)

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

    def _rejection(self, error: OSError) -> RejectionError:
        where, why = self.directory, error.strerror
        if error.errno in _FULL:
            return RejectionError(
                Reason.TARGET_FULL,
                f"the target {where} is full; give its memory-backed volume a larger sizeLimit",
            )
        if error.errno in _FORBIDDEN:
            return RejectionError(
                Reason.TARGET_NOT_WRITABLE,
                f"the target {where} cannot be written ({why}); mount it writable for uid "
                f"{os.geteuid()} (fsGroup, runAsUser)",
            )
        if error.errno == errno.ENOENT and not where.is_dir():
            return RejectionError(
                Reason.TARGET_MISSING,
                f"the target {where} does not exist; mount a memory-backed emptyDir there",
            )
        if error.errno in _OBSTRUCTED:
            return RejectionError(
                Reason.TARGET_OBSTRUCTED,
                f"something in the target {where} is in the way ({why}); remove it",
            )
        return RejectionError(
            Reason.TARGET_FAILED, f"the files could not be put into {where}: {why}"
        )


def _write_file(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fchmod(descriptor, _FILE_MODE)
        os.fsync(descriptor)


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
