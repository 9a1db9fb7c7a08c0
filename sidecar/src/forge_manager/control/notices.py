"""Log what forging control does, what keeps this pod from leading, and what to do about it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from forge_manager.base import logs
from forge_manager.forging.phases import ForgingReason, Obstacle, Phase

if TYPE_CHECKING:
    from forge_manager.forging.decision import Leap, Transition

_METRIC_MISSING = (
    "the node took its SIGHUPs but shows no forging metric, so nothing proves that forging is "
    "off. This pod does not lead until the settings change or the metric appears. Compare "
    "FORGING_METRIC (forgeManager.forgingMetric) and NODE_METRICS_URL with the node's metrics "
    "page; if the node has no such metric, set forgingMetric to an empty string"
)
_ENDED = (
    "without a forging metric, only stopping the node proves that forging is off: the node is "
    "stopped and restarts as a standby"
)
#: Obstacles that do not go away by themselves.
_REMEDIES = {
    Obstacle.METRIC_MISSING: _METRIC_MISSING,
    Obstacle.COUNTER_BEHIND: "the checked certificate has a lower counter than one already used, "
    "so the network refuses its blocks. Issue a new certificate with a higher counter",
    Obstacle.KES_PERIOD_EXPIRED: "the certificate has expired, so the network refuses its blocks: "
    "this pod leads only while no other pod does. Issue a new KES key and certificate",
    Obstacle.KES_PERIOD_IN_FUTURE: "the certificate is for a future KES period, so no block can "
    "be forged yet: this pod can lead once that period begins. Issue one for the current period",
}
_LEAP = (
    "the network accepts the counter of the pool's last block or the next one, and refuses blocks "
    "with a higher one. The certificate is used anyway: unless blocks were made elsewhere in the "
    "meantime, issue one with the next counter"
)
_SHOWN_AT_START = (
    "the node's metric has been 1 since it started, so the node forges without a lease or reports "
    "it wrongly: it is killed either way. A cardano-node before 10.2 reports 1 even if started "
    "non-producing, and 10.2 always reports 0: run 10.3 or newer. With another version, check "
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
    """Log a new obstacle: what keeps a standby from leading, or a leader from using new keys."""
    what = "new credentials are not used" if phase is Phase.FORGING else "not campaigning"
    if obstacle is None:
        _log.info("nothing keeps this pod from leading any more")
    elif obstacle in _REMEDIES:
        _log.warning(what, extra=logs.fields(reason=obstacle.value, detail=_REMEDIES[obstacle]))
    else:
        _log.info(what, extra=logs.fields(reason=obstacle.value))


def announce_leap(leap: Leap) -> None:
    """Log that a certificate skips counters."""
    _log.warning(
        "the certificate skips counters",
        extra=logs.fields(used=leap.used, checked=leap.checked, detail=_LEAP),
    )
