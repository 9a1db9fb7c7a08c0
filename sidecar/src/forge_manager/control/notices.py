"""Say in the log what forging control does, what keeps it from leading, and what helps."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from forge_manager.base import logs
from forge_manager.forging.phases import ForgingReason, Obstacle, Phase

if TYPE_CHECKING:
    from forge_manager.forging.decision import Leap, Transition

_METRIC_MISSING = (
    "the node took its SIGHUPs and shows no forging metric, so it cannot be known to be off. "
    "Compare FORGING_METRIC (forgeManager.forgingMetric) and NODE_METRICS_URL with the node's "
    "metrics page; for a node that has no such metric set forgingMetric to an empty text. This pod "
    "does not lead until the settings change or the metric appears"
)
_ENDED = (
    "without a forging metric nothing but the node's end proves that it is off: it is told to end, "
    "and starts again as a standby"
)
#: What does not pass by itself.
_REMEDIES = {
    Obstacle.METRIC_MISSING: _METRIC_MISSING,
    Obstacle.COUNTER_BEHIND: "the checked certificate has a lower counter than one that was used; "
    "the network refuses its blocks. Issue a new certificate with a higher counter",
    Obstacle.KES_PERIOD_EXPIRED: "the certificate has expired, so the network refuses its "
    "blocks: this pod leads only while nobody else does. Issue a new KES key and certificate",
    Obstacle.KES_PERIOD_IN_FUTURE: "the certificate is for a KES period to come, so no block "
    "can be forged yet: this pod leads when that has begun. Issue one for the current period",
}
_LEAP = (
    "the network takes the counter of the pool's last block or the next one, and refuses blocks "
    "under a higher one. It is used all the same: unless blocks were made elsewhere meanwhile, "
    "issue a certificate with the counter that follows"
)
_SHOWN_AT_START = (
    "the node's metric has said 1 since its start, so it forges without a lease or says so "
    "wrongly: it is killed either way. A cardano-node before 10.2 says so though it was started "
    "non-producing, and 10.2 says 0 for ever: run 10.3 or newer. With another version, see "
    "that nothing starts the node as a producer (command, args, START_AS_NON_PRODUCING)"
)
_EXPLAINED = {
    ForgingReason.FORGING_SHOWN_AT_START: _SHOWN_AT_START,
    ForgingReason.METRIC_MISSING: _METRIC_MISSING,
    ForgingReason.NODE_ENDED_WITHOUT_METRIC: _ENDED,
}

_log = logging.getLogger(__name__)


def announce_transition(change: Transition) -> None:
    """Log one change of phase."""
    fields = {
        "source": change.source.value,
        "target": change.target.value,
        "reason": change.reason.value,
    }
    if change.cause:
        fields["cause"] = change.cause
    explained = _EXPLAINED.get(change.reason)
    if explained is None:
        _log.info("forging control", extra=logs.fields(**fields))
    else:
        _log.warning("forging control", extra=logs.fields(**fields, detail=explained))


def announce_obstacle(phase: Phase, obstacle: Obstacle | None) -> None:
    """Log a change of what stands in the way: at a standby of leading, at a leader of new keys."""
    what = "new credentials are not used" if phase is Phase.FORGING else "not campaigning"
    if obstacle is None:
        _log.info("nothing stands in the way of leading any more")
    elif obstacle in _REMEDIES:
        _log.warning(what, extra=logs.fields(reason=obstacle.value, detail=_REMEDIES[obstacle]))
    else:
        _log.info(what, extra=logs.fields(reason=obstacle.value))


def announce_leap(leap: Leap) -> None:
    """Log that a certificate leaves counters out."""
    _log.warning(
        "the certificate leaves counters out",
        extra=logs.fields(used=leap.used, checked=leap.checked, detail=_LEAP),
    )
