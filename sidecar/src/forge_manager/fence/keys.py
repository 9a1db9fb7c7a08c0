"""The keys at the node's three paths, and the checked set that belongs there.

The manager checks credentials and writes them to the checked directory. Manager and guard both put
them live by copying that set in one swap, so neither trusts what it did before.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from forge_manager.base.bounded_file import SIGNING_FILE_BYTES, read_bounded, real_path
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.fence.swapped_set import SwappedSet

if TYPE_CHECKING:
    from pathlib import Path

    from forge_manager.credentials.paths import CredentialPaths
    from forge_manager.fence.swapped_set import Version

#: A newer set may be another process's and about to become live, or may still be read.
_SPARE_SECONDS = 5.0

_Found = tuple[LiveKeys, bool]


class NoCheckedSetError(Exception):
    """There is no complete checked set to put in place now."""


class NodeKeys:
    """The live and the checked directory; both hold the files under the target's names."""

    def __init__(self, target: CredentialPaths, checked: Path) -> None:
        self._names = [path.name for path in target]
        self._live_paths = list(target)
        self._checked_paths = [checked / name for name in self._names]
        self._live = SwappedSet(target.kes.parent)
        self._checked = SwappedSet(checked)
        self._seen: tuple[tuple[Version, Version], _Found] | None = None

    def look(self) -> _Found:
        """Return what is live, and whether there is a checked set. Never raises OSError.

        Contents are read only when one of the files has changed since the last look.
        """
        versions = self._live.version(self._names), self._checked.version(self._names)
        if self._seen is None or self._seen[0] != versions:
            self._seen = versions, self._compare()
        return self._seen[1]

    @property
    def live_version(self) -> Version | None:
        """Which version of the live files the last look saw, None before the first."""
        return None if self._seen is None else self._seen[0][0]

    def checked_name(self) -> str | None:
        """Return which checked set is there now (SwappedSet.current)."""
        return self._checked.current()

    def put_live(self, name: str | None = None) -> None:
        """Swap the checked set in, if it is the one of this name (SwappedSet.current).

        Raises NoCheckedSetError, or OSError if it cannot be put in place.
        """
        before = self._checked.version(self._names)
        if name is not None and self.checked_name() != name:
            raise NoCheckedSetError
        files = {
            name: content
            for name, path in zip(self._names, self._checked_paths, strict=True)
            if (content := _content(path))
        }
        if len(files) < len(self._names) or self._checked.version(self._names) != before:
            raise NoCheckedSetError  # or it was swapped meanwhile; the next round comes soon
        self._live.install(files)
        self._live.sweep(spare_seconds=_SPARE_SECONDS)

    def unlink(self) -> None:
        """Remove the live set. Raises OSError."""
        self._live.remove(self._names)
        self._live.sweep(spare_seconds=_SPARE_SECONDS)

    def _compare(self) -> _Found:
        live = [_content(path) for path in self._live_paths]
        checked = [_content(path) for path in self._checked_paths]
        if not any(os.path.lexists(real_path(path)) for path in self._live_paths):
            found = LiveKeys.NONE
        elif not (all(live) and self._live.is_in_form(self._names)):
            found = LiveKeys.SOME
        else:
            found = LiveKeys.ALL if live == checked else LiveKeys.OTHER
        return found, all(checked)


def _content(path: Path) -> bytes | None:
    return read_bounded(real_path(path), SIGNING_FILE_BYTES)
