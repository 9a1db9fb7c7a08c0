"""A Secret that has changed once, and what each replica has of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from forge_manager.forging.rotation import ROTATION_PAUSE_NS
from forge_manager.moment import SECOND
from tests.e2e.framework.certificates import Use, older_after_newer, uses
from tests.e2e.framework.manager_page import metric

if TYPE_CHECKING:
    from typing import Self

    from tests.e2e.framework.replica import Replica
    from tests.e2e.framework.scene import Scene
    from timeline.namespace import Namespace

_DEADLINE_S = 90.0
_PAUSE = timedelta(seconds=ROTATION_PAUSE_NS / SECOND)
#: As long as a kubelet leaves a pod alone that it has just looked at (syncFrequency).
_UNDISTURBED = timedelta(seconds=55)
_LONG_AGO = timedelta(hours=1)


@dataclass
class Rotation:
    """`older` is what all nodes know, `newer` what the Secret has."""

    scene: Scene
    older: int
    newer: int

    @classmethod
    def begin(cls, scene: Scene) -> Self:
        """Change the Secret, right after each kubelet has looked at its pod: the scene begins.

        None of them looks again within a minute unless something happens to the pod. The leader may
        change keys at once: it does so once a minute at most, and the case before had it do so.
        """
        trio = scene.trio
        trio.wait_for(
            "the leader to have had its keys for a minute",
            lambda: datetime.now(UTC) - _switched_on(scene) > _PAUSE,
            deadline_s=_DEADLINE_S,
        )
        counters = {checked_counter(scene.namespace, one) for one in _everyone(scene)}
        assert len(counters) == 1, counters
        (older,) = counters
        for one in _everyone(scene):
            trio.deployment.hasten_delivery(one.pod)
        scene.watch(3)  # for the kubelets to have looked
        scene.since = datetime.now(UTC)
        trio.deployment.put_secret(trio.pool.issue(counter=older + 1))
        rotation = cls(scene, older, older + 1)
        scene.watch(3)
        rotation.assert_undelivered(*_everyone(scene))
        return rotation

    def deliver_to_all(self) -> None:
        """Deliver it to the leader, which takes it, and then to the others."""
        scene = self.scene
        self.deliver_to(scene.leader)
        assert self.wait_until_forging_with_it().run == scene.leader.run
        for standby in scene.standbys:
            self.deliver_to(standby)

    def deliver_to(self, replica: Replica) -> datetime:
        """Have its kubelet bring the new set; return when its manager was seen to have it."""

        def delivered() -> bool:
            self.scene.trio.deployment.hasten_delivery(replica.pod)
            return checked_counter(self.scene.namespace, replica) == self.newer

        self.scene.trio.wait_for(
            f"{self.newer} at {replica.pod}", delivered, deadline_s=_DEADLINE_S
        )
        now = datetime.now(UTC)
        self.scene.note(
            f"{replica.pod} has it after {(now - self.scene.since).total_seconds():.0f} s"
        )
        return now

    def assert_undelivered(self, *replicas: Replica) -> None:
        """See that these have the older set, and that it is no accident."""
        for one in replicas:
            assert checked_counter(self.scene.namespace, one) == self.older, (
                f"{one.pod} was brought it by itself"
            )
        assert datetime.now(UTC) - self.scene.since < _UNDISTURBED

    def wait_until_forging_with_it(self) -> Use:
        """Return the first tick under the new certificate."""

        def newest() -> Use | None:
            return next((use for use in self.uses() if use.counter == self.newer), None)

        return self.scene.trio.wait_for(
            f"forging with {self.newer}", newest, deadline_s=_DEADLINE_S
        )

    def uses(self) -> list[Use]:
        """Return the ticks since the case began, each with its certificate."""
        lines = self.scene.trio.witness.lines(self.scene.since - _LONG_AGO)
        return [use for use in uses(lines) if use.at >= self.scene.since]

    def judge(self, *, none_below_s: float | None) -> None:
        """Hold the case against its bound, and every tick against the one before it."""
        self.scene.judge(none_below_s=none_below_s)
        found = self.uses()
        assert found[-1].counter == self.newer
        assert older_after_newer(found) == [], self.scene.history()


def _everyone(scene: Scene) -> list[Replica]:
    return [scene.leader, *scene.standbys]


def _switched_on(scene: Scene) -> datetime:
    """Return when the leader's node was last switched on."""
    lines = scene.trio.witness.lines(scene.since - _LONG_AGO)
    ours = (line for line in lines if line.run == scene.leader.run)
    return max(line.at for line in ours if line.event.startswith("forging on"))


def checked_counter(namespace: Namespace, replica: Replica) -> int:
    """Return the counter of the newest set that its manager has checked.

    Raises StepError when it cannot be asked.
    """
    return int(metric(namespace, replica, "cardano_opcert_checked_counter"))
