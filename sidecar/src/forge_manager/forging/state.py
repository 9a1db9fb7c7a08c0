"""What the machine remembers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forge_manager.fence.tenures import NONE_HELD, Tenures
from forge_manager.forging.last_resort import LastResort
from forge_manager.forging.phases import ForgingReason, Phase

if TYPE_CHECKING:
    from forge_manager.fence.protocol import Fence
    from forge_manager.forging.scrapes import Run, Sighup
    from forge_manager.node.process import NodeProcess


@dataclass(frozen=True, slots=True)
class MachineState:
    """What the machine remembers from step to step. Times are CLOCK_BOOTTIME.

    `process`: the node that the phase is about. `fence`: as last ordered, or as the previous
    manager left it; `fence_stale` if it must be published again. `sighup`: the one in flight.
    """

    phase: Phase = Phase.NO_NODE
    reason: ForgingReason = ForgingReason.STARTING
    entered_ns: int = 0
    process: NodeProcess | None = None
    fence: Fence | None = None
    fence_stale: bool = False
    published_ns: int = 0
    tenures: Tenures = NONE_HELD
    run: Run | None = None
    sighup: Sighup | None = None
    sighups: int = 0
    refusals: int = 0  # switch-off SIGHUPs of this phase that were taken but had no effect
    signalled: bool = False  # in this phase: SIGHUP, or SIGTERM in Ending
    back_off_until_ns: int = 0
    back_off_ns: int = 0
    shown_off: bool = False  # the metric of this process was not 1 from its first answer on
    metric_missing: bool = False  # a node took its SIGHUPs and showed no metric
    reload: str = ""  # the request that the last SIGHUP to a standby fulfilled
    rotated_ns: int | None = None  # when a leader last gave up its set for another
    last_resort: LastResort = field(default_factory=LastResort)
    hand_over_token: str = ""
    hand_over_until_ns: int = 0
