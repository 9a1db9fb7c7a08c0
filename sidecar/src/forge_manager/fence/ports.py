"""What manager and guard need of the world around them, so that each can run in a model of it.

Types alone: not imported when the guard runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from forge_manager.base.moment import Moment
    from forge_manager.fence.live_keys import LiveKeys
    from forge_manager.fence.protocol import Fence, Heartbeat
    from forge_manager.node.process import Held


class KeyStore(Protocol):
    """The live and the checked set (fence.keys.NodeKeys)."""

    def look(self) -> tuple[LiveKeys, bool]:
        """Return what is live, and whether there is a checked set."""

    def checked_name(self) -> str | None:
        """Return which checked set is there now."""

    def put_live(self, name: str | None = None) -> None:
        """Put the checked set in place. Raises NoCheckedSetError, OSError."""

    def unlink(self) -> None:
        """Remove the live set. Raises OSError."""


class StateVolume(Protocol):
    """The state volume (fence.state_directory.StateDirectory)."""

    def fence(self) -> Fence | None:
        """Return the fence, None when it cannot be believed."""

    def heartbeat(self) -> Heartbeat | None:
        """Return the heartbeat, None when it cannot be believed."""

    def publish_fence(self, fence: Fence) -> None:
        """Write the fence. Raises OSError."""

    def publish_heartbeat(self, heartbeat: Heartbeat) -> None:
        """Write the heartbeat. Raises OSError."""


class FuseFollower(Protocol):
    """This process's part of the fuse (fence.fuse.Fuse)."""

    def follow(self, fence: Fence, held: Held | None, now: Moment) -> None:
        """Arm it while the fence permits the node to forge, else disarm. Raises OSError."""
