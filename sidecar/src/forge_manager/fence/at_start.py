"""What a manager does with the fence at its start: it writes the first, or reads the last one.

A guard that has never read a fence kills every node it finds. Forging control publishes fences, but
it begins after the startup gate has opened, and a node may be quicker than its imports.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from forge_manager.base import logs
from forge_manager.base.reasons import NOBODY_LISTENS
from forge_manager.fence.protocol import Fence
from forge_manager.node.process import identify

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.base.reasons import Reason
    from forge_manager.fence.state_directory import StateDirectory
    from forge_manager.node.process import NodeProcess

_log = logging.getLogger(__name__)


def publish_first_fence(
    state: StateDirectory, boot_id: str, check_socket: Callable[[], Reason]
) -> None:
    """Publish that nothing forges, if no fence exists yet and no node is up.

    A node that is up without a fence may be forging: it is left to control and guard.
    """
    if state.fence() is not None or check_socket() not in NOBODY_LISTENS:
        return
    try:
        state.publish_fence(Fence(boot_id, None, 0, 0, off=True))
    except OSError as error:
        _log.error(
            "the fence cannot be written; the guard will kill every node",
            extra=logs.fields(directory=state.directory, error=error.strerror),
        )


def ended_unwatched(
    found: Fence | None, who_is: Callable[[int], NodeProcess | None] = identify
) -> bool:
    """Tell whether a node that had been permitted to forge ended while no manager watched.

    Looks in /proc for the process that the fence names. What ended it (the fuse, the guard, itself)
    the fence does not say. A fence with a time of 0 was published to have its node killed, and
    permitted nothing.
    """
    if found is None or found.node is None or found.off or found.forge_until_ns == 0:
        return False
    return who_is(found.node.pid) != found.node
