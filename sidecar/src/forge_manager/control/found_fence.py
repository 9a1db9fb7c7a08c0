"""What the fence of the manager before tells of its node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.node.process import identify

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.guard.protocol import Fence, NodeProcess


def ended_unwatched(
    found: Fence | None, who_is: Callable[[int], NodeProcess | None] = identify
) -> bool:
    """Tell whether a node that had been permitted to forge ended while no manager watched.

    By what (the fuse, the guard, itself) the fence does not say. One with a time of 0 was published
    to have its node killed, and permitted nothing.
    """
    if found is None or found.node is None or found.off or found.forge_until_ns == 0:
        return False
    return who_is(found.node.pid) != found.node
