"""A fence before any node can start: a guard that never read one ends every node it finds.

Forging control publishes fences, but it begins after the startup gate has opened, and a node may be
quicker than its imports.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from forge_manager import logs
from forge_manager.guard.protocol import Fence
from forge_manager.reasons import NOBODY_LISTENS

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.guard.state import StateDirectory
    from forge_manager.reasons import Reason

_log = logging.getLogger(__name__)


def publish_first_fence(
    state: StateDirectory, boot_id: str, check_socket: Callable[[], Reason]
) -> None:
    """Say that nothing forges, if nothing has been said yet and no node is up.

    A node that is up without a fence may forge for all we know: it is left to control and guard.
    """
    if state.fence() is not None or check_socket() not in NOBODY_LISTENS:
        return
    try:
        state.publish_fence(Fence(boot_id, None, 0, 0, off=True))
    except OSError as error:
        _log.error(
            "no fence can be written; the guard will end every node",
            extra=logs.fields(directory=state.directory, error=error.strerror),
        )
