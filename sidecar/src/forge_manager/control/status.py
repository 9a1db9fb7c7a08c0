"""What forging control last observed and decided: written by its loop, read by the pages."""

from __future__ import annotations

from dataclasses import dataclass

from forge_manager.forging.phases import Phase
from forge_manager.status import Observable


@dataclass(frozen=True)
class ForgingState:
    """One moment of forging control.

    `forging`: the node's own metric, None when it is not known. `leading`: all leases are proven.
    `holder`: whom the lease names. `why`: the code of the last transition, or of what keeps a
    standby from leading. `node_may_live` and `handed_over` answer the pages of those names.
    """

    phase: Phase
    why: str
    forging: bool | None
    leading: bool
    holder: str
    node_may_live: bool
    handed_over: bool


#: Without forging control nothing forges here that could be handed over or would have to end.
ALONE = ForgingState(
    phase=Phase.NO_NODE,
    why="NobodyIsElected",
    forging=None,
    leading=False,
    holder="",
    node_may_live=True,
    handed_over=True,
)


class ForgingStatus(Observable[ForgingState]):
    """What forging control says of itself."""

    def __init__(self) -> None:
        super().__init__(ALONE)
