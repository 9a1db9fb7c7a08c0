"""Say in the log what keeps this pod from leading, and what a person has to do about it."""

from __future__ import annotations

import logging

from forge_manager import logs
from forge_manager.forging.phases import Obstacle, Phase

_log = logging.getLogger(__name__)

#: What does not pass by itself.
_REMEDIES = {
    Obstacle.COUNTER_BEHIND: "the checked certificate has a lower counter than one that was used; "
    "the network refuses its blocks. Issue a new certificate with a higher counter",
}


def announce_obstacle(phase: Phase, obstacle: Obstacle | None) -> None:
    """Log a change of what stands in the way: at a standby of leading, at a leader of new keys."""
    what = "new credentials are not used" if phase is Phase.FORGING else "not campaigning"
    if obstacle is None:
        _log.info("nothing stands in the way of leading any more")
    elif obstacle in _REMEDIES:
        _log.warning(what, extra=logs.fields(reason=obstacle.value, detail=_REMEDIES[obstacle]))
    else:
        _log.info(what, extra=logs.fields(reason=obstacle.value))
