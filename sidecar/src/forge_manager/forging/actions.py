"""What the machine orders. The executor carries actions out in order and stops at a failure.

It hands the action that failed back in the next Situation. Nothing after it may happen: keys
without a published fence, or a SIGHUP without keys, are exactly what the order excludes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forge_manager.fence.protocol import Fence
    from forge_manager.node.process import NodeProcess


@dataclass(frozen=True, slots=True)
class PublishFence:
    """Write the fence file; it is there for the guard before the next action begins."""

    fence: Fence


@dataclass(frozen=True, slots=True)
class PutKeysLive:
    """Swap the checked set in at the node's three paths.

    `name`: exactly this one, whose counter was announced, or fail; None: whichever it is by then.
    `permit`: for a node that is to forge with it (SendSighup): a stray SIGHUP is enough from here.
    """

    name: str | None = None
    permit: Fence | None = None


@dataclass(frozen=True, slots=True)
class UnlinkLive:
    """Take the live set away in one step, if this process still lives (its next start needs it)."""

    process: NodeProcess


@dataclass(frozen=True, slots=True)
class SendSighup:
    """Signal this process by its pidfd.

    `reload`: to a standby, for its topology alone.
    `permit`: to switch on; the clocks are looked at immediately before, and it fails once that has
    passed. This process may have been stopped for any time since the decision.
    """

    process: NodeProcess
    number: int
    permit: Fence | None
    reload: bool = False


@dataclass(frozen=True, slots=True)
class EndNode:
    """SIGTERM by its pidfd: it ends in order, and may forge until it has."""

    process: NodeProcess


@dataclass(frozen=True, slots=True)
class KillNode:
    """SIGKILL this process by its pidfd."""

    process: NodeProcess


Action = PublishFence | PutKeysLive | UnlinkLive | SendSighup | EndNode | KillNode
