"""What forging control last observed and decided: its loop writes it, the pages read it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forge_manager.base.observable import Observable
from forge_manager.forging.phases import Phase
from forge_manager.settings.shared import NodeControl

if TYPE_CHECKING:
    from forge_manager.settings.manager import Settings


@dataclass(frozen=True)
class ForgingState:
    """One moment of forging control.

    `forging`: the node's own metric, None when it is not known. `local`: this cluster's own leases
    are proven; `leading`: all leases are. `fit`: as in decision.Decision. `holder`: whom the
    cluster's own leases name; `hub_holder`: whom the hub's does, "" where there is none.
    `why`: the code of the last transition, or of what keeps a standby from leading; `cause`: what
    is behind that transition (decision.Transition).
    `node_may_live` and `handed_over` answer the pages of those names.
    """

    phase: Phase
    why: str
    forging: bool | None
    leading: bool
    holder: str
    node_may_live: bool
    handed_over: bool
    local: bool = False
    fit: bool = False
    hub_holder: str = ""
    cause: str = ""


#: Without forging control nothing is ever switched on here, handed over or killed.
ALONE = ForgingState(
    phase=Phase.NO_NODE,
    why="NobodyIsElected",
    forging=False,
    leading=False,
    holder="",
    node_may_live=True,
    handed_over=True,
)


def initial_state(settings: Settings) -> ForgingState:
    """Return what is known before the first round of control, if there ever is one."""
    if settings.shared.control is NodeControl.NONE:
        return replace(ALONE, why="NodeControlNone", forging=None)  # the node is not controlled
    if settings.managed:
        # An earlier manager may have left a node that forges.
        return replace(ALONE, why="Starting", forging=None, handed_over=False)
    return ALONE


class ForgingStatus(Observable[ForgingState]):
    """What forging control says of itself."""

    def __init__(self, initial: ForgingState = ALONE) -> None:
        super().__init__(initial)
