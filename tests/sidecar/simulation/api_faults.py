"""What goes wrong at an API server, and what people do to the Lease by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from forge_manager.base.moment import SECOND
from forge_manager.election.record import LeaseRecord, identity_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from tests.sidecar.simulation.api import ApiServer
    from tests.sidecar.simulation.pod import Pod
    from tests.sidecar.simulation.world import Event, Machine, World


class Served(Protocol):
    """What has an API server, and pods that use it."""

    @property
    def api(self) -> ApiServer:
        """The server."""

    @property
    def pods(self) -> Sequence[Pod]:
        """The pods that use it."""

    def catch_up(self) -> None:
        """Let every watch reconnect."""

    def counters_forgotten(self) -> None:
        """Take note that a person wrote the Lease."""

    def mixed_lease_ns(self) -> int:
        """Return the longest lease of its pods where they differ, else 0."""


class Injects(Protocol):
    """What injects faults into it."""

    world: World
    random: Random
    active: bool

    @property
    def served(self) -> Served:
        """Into what."""

    def lasting_any(self, repair: Event, at_least_ms: float = 0) -> None:
        """Have what ends a fault done some time later."""

    def lease_ms(self) -> float:
        """Return the longest lease."""

    def cut_off(self, machine: Machine, at_least_ms: float) -> None:
        """Have a machine not reach the server for so long."""


class ApiFaults:
    """Faults of one API server: a cluster's, or the hub's."""

    def __init__(self, faults: Injects) -> None:
        self.faults = faults
        self.served = faults.served
        self.world = faults.world
        self.random = faults.random

    def down(self) -> None:
        """The API server answers nothing."""
        self.world.log("API server down")
        self.served.api.trouble.down = True

        def up() -> None:
            self.served.api.trouble.down = False
            self.world.log("API server up")
            self.served.catch_up()

        self.faults.lasting_any(up)

    def lost(self) -> None:
        """Requests and answers are lost."""
        self._often("lost")

    def slow(self) -> None:
        """Requests and answers take seconds."""
        self._often("slow")

    def error(self) -> None:
        """Requests are answered with an error, before or after their effect."""
        self._often("error")

    def stale(self) -> None:
        """Reads show what was there a moment ago."""
        self._often("stale")

    def watch_silent(self) -> None:
        """Watches tell of nothing."""
        self.world.log("API server: its watches are silent")
        self.served.api.trouble.watch_silent = True

        def tell() -> None:
            self.served.api.trouble.watch_silent = False
            self.served.catch_up()

        self.faults.lasting_any(tell)

    def _often(self, kind: str) -> None:
        """Have this trouble come with each message, as likely as not."""
        self.world.log(f"API trouble: {kind}")
        trouble = self.served.api.trouble
        setattr(trouble, kind, self.random.choice((0.1, 0.4, 0.8)))

        def good() -> None:
            setattr(trouble, kind, 0.0)
            self.served.catch_up()

        self.faults.lasting_any(good)

    def false_404(self) -> None:
        """Renewals of one replica, or of all, are answered 404 though the Lease is there."""
        everyone = frozenset(pod.machine.name for pod in self.served.pods)
        holder = self._holder()
        one = frozenset({holder.machine.name}) if holder else everyone
        trouble = self.served.api.trouble
        trouble.not_found = self.random.choice((one, everyone))
        self.world.log(f"false 404 to {', '.join(sorted(trouble.not_found))}")

        def found() -> None:
            self.world.log("no more false 404")
            trouble.not_found = frozenset()

        self.faults.lasting_any(found)

    def fall_back(self) -> None:
        """The API server loses its last writes; versions fall and are used again."""
        lease_ms = self.faults.lease_ms()
        self.served.counters_forgotten()
        self.served.api.fall_back(self.world.ms(0, self.random.choice((1000, lease_ms))))

    def fall_back_to_former_leader(self) -> None:
        """A leader is cut off until another leads; then the server loses all since it led."""
        api, holder = self.served.api, self._holder()
        if holder is None or api.lease is None or holder.machine.cut_off:
            return
        name = api.lease.record.holder
        lease_ms = self.faults.lease_ms()
        until_ns = self.world.real_ns + self.world.ms(3 * lease_ms, 3 * lease_ms)
        self.faults.cut_off(holder.machine, 2 * lease_ms)

        def wait() -> None:
            lease = api.lease
            if not self.faults.active or self.world.real_ns > until_ns:
                return
            if lease is None or lease.record.holder in ("", name):
                self.world.at(self.world.ms(100, 300), wait)
                return
            self.world.at(self.world.ms(0, lease_ms), fall)

        def fall() -> None:
            self.served.counters_forgotten()
            restarted = self.faults.active and api.fall_back_to(name) and self.world.chance(0.5)
            if restarted and holder.manager is not None and holder.guard and not holder.gone:
                holder.kill(holder.manager)

        wait()

    def _holder(self) -> Pod | None:
        """Return the pod that the Lease names."""
        lease = self.served.api.lease
        holder = lease.record.holder if lease else ""
        return next((pod for pod in self.served.pods if holder and pod.uid in holder), None)

    def edit_lease(self) -> None:
        """A person edits the Lease, or deletes it."""
        api = self.served.api
        self.served.counters_forgotten()
        if api.lease is None or self.world.chance(0.25):
            api.delete()
            if self.world.chance(0.3):
                api.write(api.past_record() or LeaseRecord())
            return
        record, pod = api.lease.record, self.random.choice(self.served.pods)
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
        edit = self.random.choice(edits)
        # Who starts now sees only this, and cannot know of a longer one (docs/one-forger.md).
        least_s = self.served.mixed_lease_ns() // SECOND
        api.write(replace(edit, duration_s=max(edit.duration_s, least_s)))
