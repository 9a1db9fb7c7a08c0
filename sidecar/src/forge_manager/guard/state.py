"""The state volume: the manager writes the fence there and reads the heartbeat, the guard the rest.

Memory-backed, so nothing is flushed. Standard library only.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from forge_manager.bounded_file import read_bounded
from forge_manager.guard.protocol import (
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

    from forge_manager.guard.protocol import NodeProcess

_MODE = 0o600


class StateDirectory:
    """Both files. Reads never raise; a write may raise OSError, and then the old file stays."""

    def __init__(self, directory: Path, boot_id: str) -> None:
        self.directory = directory
        self._boot_id = boot_id

    def fence(self) -> Fence | None:
        """Return the fence, None when it cannot be believed."""
        return parse_fence(self._read(FENCE_FILE), self._boot_id)

    def heartbeat(self) -> Heartbeat | None:
        """Return the heartbeat, None when it cannot be believed."""
        return parse_heartbeat(self._read(HEARTBEAT_FILE), self._boot_id)

    def named_node(self) -> NodeProcess | None:
        """Return the process that the fence speaks of."""
        fence = self.fence()
        return None if fence is None else fence.node

    def publish_fence(self, fence: Fence) -> None:
        """Write the fence; when this returns, every later look of the guard sees it."""
        self._write(FENCE_FILE, encode(fence))

    def publish_heartbeat(self, heartbeat: Heartbeat) -> None:
        """Write the heartbeat."""
        self._write(HEARTBEAT_FILE, encode(heartbeat))

    def _read(self, name: str) -> bytes | None:
        return read_bounded(self.directory / name, MAX_BYTES)

    def _write(self, name: str, content: bytes) -> None:
        # One writer each (flock), so the temporary name may be fixed: a crash leaves one at most.
        temporary = self.directory / f".{name}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(temporary, flags, _MODE)
        try:
            if os.write(descriptor, content) != len(content):  # the volume is full
                raise OSError(f"{temporary} could not be written whole")
        finally:
            os.close(descriptor)
        temporary.replace(self.directory / name)
