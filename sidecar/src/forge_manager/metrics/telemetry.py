"""What each room records about itself, collected for the metrics page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forge_manager.base.hanging_reads import HangingReads
from forge_manager.base.observable import Observable
from forge_manager.control.record import ControlRecord
from forge_manager.gate.record import CredentialSets, GateRecord
from forge_manager.kube.counting import RequestTally

if TYPE_CHECKING:
    from forge_manager.multicluster.view import ClusterState


@dataclass(frozen=True)
class Telemetry:
    """Each part is written by its room and may be read from any thread.

    `cluster`: this cluster among others, None while that is not known.
    """

    gate: GateRecord = field(default_factory=GateRecord)
    sets: CredentialSets = field(default_factory=CredentialSets)
    reads: HangingReads = field(default_factory=HangingReads)
    control: ControlRecord = field(default_factory=ControlRecord)
    requests: RequestTally = field(default_factory=RequestTally)
    cluster: Observable[ClusterState | None] = field(default_factory=lambda: Observable(None))
