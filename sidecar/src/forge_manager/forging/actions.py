"""What the machine orders. The executor carries actions out in order and stops at a failure.

It returns the failed action in the next Situation. Nothing after a failed action may happen: the
order rules out keys without a published fence, and a SIGHUP without keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forge_manager.fence.protocol import Fence
    from forge_manager.node.process import NodeProcess


@dataclass(frozen=True, slots=True)
class PublishFence:
    """Write the fence file; the guard can read it before the next action begins."""

    fence: Fence


@dataclass(frozen=True, slots=True)
class PutKeysLive:
    """Swap the checked set in at the node's three paths.

    `name`: exactly this one, whose counter was announced, or fail; None: whichever is there by
    then. `permit`: if a node must forge with it (SendSighup): from here on a stray SIGHUP is
    enough.
    """

    name: str | None = None
    permit: Fence | None = None


@dataclass(frozen=True, slots=True)
class UnlinkLive:
    """Remove the live set in one step, if this process still lives (its next start needs it)."""

    process: NodeProcess


@dataclass(frozen=True, slots=True)
class SendSighup:
    """Signal this process by its pidfd.

    `reload`: to a standby, for its topology alone.
    `permit`: to switch on; the clocks are read immediately before, and it fails once the permit has
    expired. This process may have been stopped for any length of time since the decision.
    """

    process: NodeProcess
    number: int
    permit: Fence | None
    reload: bool = False


@dataclass(frozen=True, slots=True)
class EndNode:
    """SIGTERM by its pidfd: it stops in order, and may forge until it has stopped."""

    process: NodeProcess


@dataclass(frozen=True, slots=True)
class KillNode:
    """SIGKILL this process by its pidfd."""

    process: NodeProcess


Action = PublishFence | PutKeysLive | UnlinkLive | SendSighup | EndNode | KillNode
