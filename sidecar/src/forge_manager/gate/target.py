"""The directory the node reads its credentials from; each failure has a reason and a remedy."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from forge_manager.base.reasons import Reason
from forge_manager.credentials.verdict import RejectionError
from forge_manager.fence.swapped_set import SwappedSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
_OBSTRUCTED = (errno.EISDIR, errno.ENOTDIR, errno.ENOTEMPTY, errno.EEXIST, errno.ELOOP)


class TargetDirectory:
    """Swaps sets of files in one directory. Every method raises RejectionError on failure."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._set = SwappedSet(directory)

    def install(self, files: Mapping[str, bytes]) -> None:
        """Make these files (by name) the live set; on failure the previous set stays."""
        with self._explained():
            self._set.install(files)

    def current(self) -> str | None:
        """Return the live set's name, which is never used again; None if there is no live set."""
        return self._set.current()

    def is_in_form(self, names: Iterable[str]) -> bool:
        """Tell whether all names are links into the live set."""
        return self._set.is_in_form(names)

    def remove(self, names: Iterable[str]) -> None:
        """Remove the live set in one step: afterwards none of these files exists."""
        with self._explained():
            self._set.remove(names)

    def sweep(self) -> None:
        """Delete what is neither live nor foreign: earlier sets, and what a crash left behind."""
        with self._explained():
            self._set.sweep()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._rejection(error) from None

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
