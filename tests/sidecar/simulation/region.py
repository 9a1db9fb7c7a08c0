"""What a manager knows of the pool's other clusters, and what it tells them by the hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import SECOND
from forge_manager.kube.changes import Change, Presence
from forge_manager.multicluster.health import ClusterHealth
from forge_manager.multicluster.member_reporter import own_status
from forge_manager.multicluster.membership import KEY_PREFIX, MemberEntry
from forge_manager.multicluster.view import ClusterView
from forge_manager.settings.cluster import ClusterSettings, HealthSettings, HubSettings
from forge_manager.settings.cluster_spec import ClusterSpec, ForgeState, HealthCheck

if TYPE_CHECKING:
    from forge_manager.base.moment import Moment
    from forge_manager.election.messages import LeaseView
    from forge_manager.forging.cluster_permission import ClusterPermission
    from forge_manager.multicluster.policy import WaitTimes
    from forge_manager.multicluster.view import ClusterState
    from tests.sidecar.simulation.federation import Site
    from tests.sidecar.simulation.manager_process import ManagerProcess

_BEAT_MS = 5000
_NOT_ASKED = HealthCheck(False, "", 10, 5, 3, ())


class Region:
    """The real view of a cluster among others; its resource and its board are the simulation's."""

    def __init__(self, manager: ManagerProcess, site: Site, wait_times: WaitTimes) -> None:
        self._manager = manager
        self._site = site
        self._view = ClusterView(_cluster(site), _hub(site, wait_times), health=self._health)
        self._configured: tuple[ForgeState, int] | None = None
        self._state: ClusterState | None = None
        self._beats = 0

    def begin(self) -> None:
        self._site.hub.read_board(self._manager.machine, self._arrived)
        self._beat()

    def end(self) -> None:
        self._site.hub.unread_board(self._arrived)

    def permission(self, now: Moment, hub: LeaseView, *, last_resort: bool) -> ClusterPermission:
        self._read_resource()
        self._state = self._view.state(now, hub, last_resort=last_resort)
        return self._state.permission

    def _health(self) -> ClusterHealth:
        return ClusterHealth(healthy=self._site.healthy)

    def _read_resource(self) -> None:
        """Take what a person has written, which the watch tells at once here."""
        configured = self._site.state, self._site.priority
        if configured != self._configured:
            self._configured = configured
            spec = {"forgeState": self._site.state.value, "priority": self._site.priority}
            self._view.resource_changed(Change(Presence.PRESENT, {"spec": spec}))

    def _arrived(self, texts: dict[str, str]) -> None:
        self._manager.after(0, lambda: self._read(texts))

    def _read(self, texts: dict[str, str]) -> None:
        annotations = {f"{KEY_PREFIX}{name}": text for name, text in texts.items()}
        board = Change(Presence.PRESENT, {"metadata": {"annotations": annotations}})
        self._view.members_changed(self._manager.machine.now(), board)

    def _beat(self) -> None:
        manager = self._manager
        said = own_status(self._state, manager.state, manager.pod.name)
        if said is not None:
            self._beats += 1
            entry = MemberEntry(said.priority, said.eligible, said.leader, self._beats)
            self._site.hub.post(manager.machine, self._site.name, entry.text())
        manager.after(manager.world.ms(_BEAT_MS, _BEAT_MS), self._beat)


def _cluster(site: Site) -> ClusterSettings:
    return ClusterSettings(
        enabled=True,
        identifier=site.name,
        region="",
        spec=ClusterSpec(ForgeState.PRIORITY_BASED, site.priority, _NOT_ASKED),
        health=HealthSettings(None, None, verify=True),
        resource=site.name,
        plural="",
    )


def _hub(site: Site, wait_times: WaitTimes) -> HubSettings:
    return HubSettings(
        enabled=True,
        kubeconfig=None,
        namespace="",
        lease_name="",
        terms=site.hub_terms,
        takeover_s=wait_times.takeover_ns // SECOND,
        hand_back_s=wait_times.hand_back_ns // SECOND,
        go_on_alone=False,
    )
