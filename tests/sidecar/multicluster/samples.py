"""States of a cluster, and what the hub's Lease says."""

from __future__ import annotations

from dataclasses import replace

from forge_manager.election.messages import ElectionReason, LeaseView
from forge_manager.forging.cluster_permission import PERMITTED, ClusterPermission, ClusterReason
from forge_manager.multicluster.health import UNKNOWN
from forge_manager.multicluster.spec import Effective
from forge_manager.multicluster.view import ClusterState
from forge_manager.settings.cluster_spec import ForgeState
from tests.sidecar.publish import scripted

WELL = ClusterState(
    Effective(ForgeState.PRIORITY_BASED, 7), PERMITTED, excludes=True, health=UNKNOWN
)
WAITING = replace(WELL, permission=ClusterPermission(False, ClusterReason.WAITING, "eu"))

FORGING = replace(scripted.FORGING, local=True, fit=True, hub_holder="eu/pool-0/u")
#: Holds its cluster's Lease; another cluster holds the hub's.
SECOND = replace(scripted.STANDBY, local=True, fit=True, why="Standby", hub_holder="us/bp-1/u")

HELD_ELSEWHERE = LeaseView(
    proof=None,
    ours=False,
    holder="us/bp-1/u",
    obstacle=ElectionReason.LEASE_HELD,
    lost=ElectionReason.LEASE_NOT_SEEN,
)
FREE = replace(HELD_ELSEWHERE, holder="", obstacle=None)
