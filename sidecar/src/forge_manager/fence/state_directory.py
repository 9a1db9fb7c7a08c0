"""The state volume: the manager writes the fence and reads the heartbeat, the guard the reverse.

Memory-backed, so nothing is flushed. Each file swaps places with a spare, so that no extra room is
needed to say that a permission has expired. Standard library only.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from forge_manager.base.bounded_file import read_bounded
from forge_manager.fence.exchange import exchange
from forge_manager.fence.protocol import (
    FENCE_FILE,
    HEARTBEAT_FILE,
    MAX_BYTES,
    Fence,
    Heartbeat,
    encode,
    parse_fence,
    parse_heartbeat,
)

if TYPE_CHECKING:
    from pathlib import Path

    from forge_manager.node.process import NodeProcess

_MODE = 0o600


class StateDirectory:
    """Both files. Reads never raise; a write may raise OSError, and then the old file stays."""

    def __init__(self, directory: Path, boot_id: str) -> None:
        self.directory = directory
        self._boot_id = boot_id
        self._text = os.fspath(directory)
        self._read_fence: tuple[bytes | None, Fence | None] = None, None

    def fence(self) -> Fence | None:
        """Return the fence, None if it is not credible."""
        # Twice: a fence that is not credible may have been overwritten while it was read.
        return self._fence() or self._fence()

    def heartbeat(self) -> Heartbeat | None:
        """Return the heartbeat, None if it is not credible."""
        return self._heartbeat() or self._heartbeat()

    def named_node(self) -> NodeProcess | None:
        """Return the process that the fence names."""
        fence = self.fence()
        return None if fence is None else fence.node

    def publish_fence(self, fence: Fence) -> None:
        """Write the fence; when this returns, every later look of the guard sees it."""
        self._write(FENCE_FILE, encode(fence))

    def publish_heartbeat(self, heartbeat: Heartbeat) -> None:
        """Write the heartbeat."""
        self._write(HEARTBEAT_FILE, encode(heartbeat))

    def _fence(self) -> Fence | None:
        content = self._read(FENCE_FILE)
        if content != self._read_fence[0]:  # the guard reads the same one in nearly every round
            self._read_fence = content, parse_fence(content, self._boot_id)
        return self._read_fence[1]

    def _heartbeat(self) -> Heartbeat | None:
        return parse_heartbeat(self._read(HEARTBEAT_FILE), self._boot_id)

    def _read(self, name: str) -> bytes | None:
        return read_bounded(f"{self._text}/{name}", MAX_BYTES)

    def _write(self, name: str, content: bytes) -> None:
        # One writer each (flock), so the names may be fixed. An overwritten file already has its
        # page: from the second time on, a full volume refuses nothing.
        spare, file = f"{self._text}/.{name}", f"{self._text}/{name}"
        _overwrite(spare, content)
        if not exchange(spare, file):
            os.replace(spare, file)  # noqa: PTH105 (strings: a path is slow to make)
            with suppress(OSError):
                _overwrite(spare, content)


def _overwrite(path: str, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, _MODE)
    try:
        if os.pwrite(descriptor, content, 0) != len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
        os.ftruncate(descriptor, len(content))
    finally:
        os.close(descriptor)
