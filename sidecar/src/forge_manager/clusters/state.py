"""What this cluster is among those of its pool: published for status, presence and metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forge_manager.clusters.health import Health
    from forge_manager.clusters.spec import Effective
    from forge_manager.clusters.stand import Stand


@dataclass(frozen=True, slots=True)
class ClusterState:
    """One moment of it. `excludes`: a hub's Lease keeps other clusters from forging."""

    effective: Effective
    stand: Stand
    excludes: bool
    health: Health
