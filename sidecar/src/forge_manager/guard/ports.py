"""What manager and guard need of the world around them, so that either can be run in a model of it.

Types alone: nobody imports this when the guard runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from forge_manager.guard.logic import LiveKeys
    from forge_manager.guard.protocol import Fence, Heartbeat, NodeProcess
    from forge_manager.moment import Moment


class Held(Protocol):
    """One process for as long as it is held (node.process.HeldProcess)."""

    process: NodeProcess
    ours: bool

    def alive(self) -> bool:
        """Tell whether it has not ended yet."""

    def wait_for_end(self, seconds: float) -> bool:
        """Wait until it has ended, at most this long; tells whether it has."""

    def signal(self, number: int) -> bool:
        """Send it a signal; False when it had ended. Raises OSError."""

    def close(self) -> None:
        """Let go of it."""


class Keys(Protocol):
    """The live and the checked set (guard.keys.NodeKeys)."""

    def look(self) -> tuple[LiveKeys, bool]:
        """Return what is live, and whether there is a checked set."""

    def checked_name(self) -> str | None:
        """Return which checked set is there now."""

    def put_live(self, name: str | None = None) -> None:
        """Put the checked set in place. Raises NoCheckedSetError, OSError."""

    def unlink(self) -> None:
        """Take the live set away. Raises OSError."""


class State(Protocol):
    """The state volume (guard.state.StateDirectory)."""

    def fence(self) -> Fence | None:
        """Return the fence, None when it cannot be believed."""

    def named_node(self) -> NodeProcess | None:
        """Return the process that the fence speaks of."""

    def heartbeat(self) -> Heartbeat | None:
        """Return the heartbeat, None when it cannot be believed."""

    def publish_fence(self, fence: Fence) -> None:
        """Write the fence. Raises OSError."""

    def publish_heartbeat(self, heartbeat: Heartbeat) -> None:
        """Write the heartbeat. Raises OSError."""


class FuseFollower(Protocol):
    """The own part of the kernel's fuse (guard.fuse.Fuse)."""

    def follow(self, fence: Fence, held: Held | None, now: Moment) -> None:
        """Arm it while the fence permits the node to forge, else disarm. Raises OSError."""
