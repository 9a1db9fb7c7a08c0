"""What goes wrong at the API server, and what people do to the Lease by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from forge_manager.election.record import LeaseRecord, identity_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.sidecar.simulation.api import ApiServer
    from tests.sidecar.simulation.pod import Pod
    from tests.sidecar.simulation.world import Event, World


class Served(Protocol):
    """What has an API server, and pods that use it."""

    world: World

    @property
    def api(self) -> ApiServer:
        """The server."""

    @property
    def pods(self) -> Sequence[Pod]:
        """The pods that use it."""

    def counters_forgotten(self) -> None:
        """Take note that a person wrote the Lease."""


class ApiFaults:
    """`lasting`: takes what ends a fault, and does it some time later."""

    def __init__(self, cluster: Served, lasting: Callable[[Event], None]) -> None:
        self.cluster = cluster
        self.world = cluster.world
        self.random = cluster.world.random
        self._lasting = lasting

    def down(self) -> None:
        self.world.log("API server down")
        self.cluster.api.trouble.down = True

        def up() -> None:
            self.cluster.api.trouble.down = False
            self.world.log("API server up")
            self.cluster.api.catch_up()

        self._lasting(up)

    def trouble(self) -> None:
        trouble = self.cluster.api.trouble
        kind = self.random.choice(("lost", "slow", "error", "stale", "watch_silent"))
        self.world.log(f"API trouble: {kind}")
        setattr(trouble, kind, kind == "watch_silent" or self.random.choice((0.1, 0.4, 0.8)))

        def good() -> None:
            setattr(trouble, kind, False if kind == "watch_silent" else 0.0)
            self.cluster.api.catch_up()

        self._lasting(good)

    def edit_lease(self) -> None:
        """Do what people do with kubectl."""
        api = self.cluster.api
        self.cluster.counters_forgotten()
        if api.lease is None or self.world.chance(0.25):
            api.delete()
            if self.world.chance(0.3):
                api.write(api.past_record() or LeaseRecord())
            return
        record, pod = api.lease.record, self.random.choice(self.cluster.pods)
        edits = [
            replace(record, holder=""),
            replace(record, holder=identity_of(pod.name, pod.uid)),
            replace(record, holder="somebody"),
            replace(record, duration_s=self.random.choice((1, 20))),
            LeaseRecord(),
            record,  # a label, say: another resourceVersion, the same record
            api.past_record() or record,
        ]
        self.world.log("lease edited by hand")
        api.write(self.random.choice(edits))
