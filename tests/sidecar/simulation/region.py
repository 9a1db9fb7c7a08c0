"""What a manager knows of the pool's other clusters, and what it tells them by the hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.clusters.board import KEY_PREFIX, Board, Entry
from forge_manager.clusters.policy import Own, Patience, Policy
from forge_manager.clusters.spec import ForgeState

if TYPE_CHECKING:
    from forge_manager.clusters.stand import Stand
    from forge_manager.election.messages import LeaseView
    from forge_manager.moment import Moment
    from tests.sidecar.simulation.federation import Site
    from tests.sidecar.simulation.manager_process import ManagerProcess

_BEAT_MS = 5000


class Region:
    """The board as this manager sees it, and its policy."""

    def __init__(self, manager: ManagerProcess, site: Site, patience: Patience) -> None:
        self._manager = manager
        self._site = site
        self._board = Board(patience.takeover_ns)
        self._policy = Policy(patience)
        self._seen = False
        self._beats = 0

    def begin(self) -> None:
        self._site.hub.read_board(self._manager.machine, self._arrived)
        self._beat()

    def end(self) -> None:
        self._site.hub.unread_board(self._arrived)

    def stand(self, now: Moment, hub: LeaseView) -> Stand:
        site = self._site
        own = Own(site.name, site.state, site.priority, site.healthy)
        others = self._board.others(site.name) if self._seen else None
        return self._policy.decide(now.boot_ns, own, others, hub)

    def _arrived(self, texts: dict[str, str]) -> None:
        self._manager.after(0, lambda: self._read(texts))

    def _read(self, texts: dict[str, str]) -> None:
        self._seen = True
        annotations = {f"{KEY_PREFIX}{name}": text for name, text in texts.items()}
        self._board.changed(self._manager.machine.now().boot_ns, annotations)

    def _beat(self) -> None:
        manager, site = self._manager, self._site
        if manager.state.local:
            self._beats += 1
            fit = manager.state.fit
            enabled = site.state is ForgeState.ENABLED or (
                site.state is ForgeState.PRIORITY_BASED and site.healthy
            )
            entry = Entry(site.priority, fit and enabled, manager.pod.name, self._beats)
            site.hub.post(manager.machine, site.name, entry.text())
        manager.after(manager.world.ms(_BEAT_MS, _BEAT_MS), self._beat)
