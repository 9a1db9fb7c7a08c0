"""A Secret that has changed once, and what each replica has of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from forge_manager.base.moment import SECOND
from forge_manager.forging.rotation import ROTATION_PAUSE_NS
from tests.e2e.framework.certificates import Use, older_after_newer, uses
from tests.e2e.framework.manager_page import metric

if TYPE_CHECKING:
    from typing import Self

    from devkit.namespace import Namespace
    from tests.e2e.framework.case import Case
    from tests.e2e.framework.replica import Replica

_DEADLINE_S = 90.0
_PAUSE = timedelta(seconds=ROTATION_PAUSE_NS / SECOND)
#: As long as a kubelet leaves a pod alone that it has just looked at (syncFrequency).
_UNDISTURBED = timedelta(seconds=55)
_LONG_AGO = timedelta(hours=1)


@dataclass
class Rotation:
    """`older` is what all nodes know, `newer` what the Secret has."""

    case: Case
    older: int
    newer: int

    @classmethod
    def begin(cls, case: Case) -> Self:
        """Change the Secret, right after each kubelet has looked at its pod: the case begins.

        None of them looks again within a minute unless something happens to the pod. The leader may
        change keys at once: it does so once a minute at most, and the case before had it do so.
        """
        three_replicas = case.three_replicas
        three_replicas.wait_for(
            "the leader to have had its keys for a minute",
            lambda: datetime.now(UTC) - _switched_on(case) > _PAUSE,
            deadline_s=_DEADLINE_S,
        )
        counters = {checked_counter(case.namespace, one) for one in _everyone(case)}
        assert len(counters) == 1, counters
        (older,) = counters
        for one in _everyone(case):
            three_replicas.deployment.hasten_delivery(one.pod)
        case.watch(3)  # for the kubelets to have looked
        case.since = datetime.now(UTC)
        three_replicas.deployment.put_secret(three_replicas.pool.issue(counter=older + 1))
        rotation = cls(case, older, older + 1)
        case.watch(3)
        rotation.assert_undelivered(*_everyone(case))
        return rotation

    def deliver_to_all(self) -> None:
        """Deliver it to the leader, which takes it, and then to the others."""
        case = self.case
        self.deliver_to(case.leader)
        assert self.wait_until_forging_with_it().run == case.leader.run
        for standby in case.standbys:
            self.deliver_to(standby)

    def deliver_to(self, replica: Replica) -> datetime:
        """Have its kubelet bring the new set; return when its manager was seen to have it."""

        def delivered() -> bool:
            self.case.three_replicas.deployment.hasten_delivery(replica.pod)
            return checked_counter(self.case.namespace, replica) == self.newer

        self.case.three_replicas.wait_for(
            f"{self.newer} at {replica.pod}", delivered, deadline_s=_DEADLINE_S
        )
        now = datetime.now(UTC)
        self.case.note(
            f"{replica.pod} has it after {(now - self.case.since).total_seconds():.0f} s"
        )
        return now

    def assert_undelivered(self, *replicas: Replica) -> None:
        """See that these have the older set, and that it is no accident."""
        for one in replicas:
            assert checked_counter(self.case.namespace, one) == self.older, (
                f"{one.pod} was brought it by itself"
            )
        assert datetime.now(UTC) - self.case.since < _UNDISTURBED

    def wait_until_forging_with_it(self) -> Use:
        """Return the first tick under the new certificate."""

        def newest() -> Use | None:
            return next((use for use in self.uses() if use.counter == self.newer), None)

        return self.case.three_replicas.wait_for(
            f"forging with {self.newer}", newest, deadline_s=_DEADLINE_S
        )

    def uses(self) -> list[Use]:
        """Return the ticks since the case began, each with its certificate."""
        lines = self.case.three_replicas.journal.lines(self.case.since - _LONG_AGO)
        return [use for use in uses(lines) if use.at >= self.case.since]

    def judge(self, *, none_below_s: float | None) -> None:
        """Hold the case against its bound, and every tick against the one before it."""
        self.case.judge(none_below_s=none_below_s)
        found = self.uses()
        assert found[-1].counter == self.newer
        assert older_after_newer(found) == [], self.case.history()


def _everyone(case: Case) -> list[Replica]:
    return [case.leader, *case.standbys]


def _switched_on(case: Case) -> datetime:
    """Return when the leader's node was last switched on."""
    lines = case.three_replicas.journal.lines(case.since - _LONG_AGO)
    ours = (line for line in lines if line.run == case.leader.run)
    return max(line.at for line in ours if line.event.startswith("forging on"))


def checked_counter(namespace: Namespace, replica: Replica) -> int:
    """Return the counter of the newest set that its manager has checked.

    Raises StepError when it cannot be asked.
    """
    return int(metric(namespace, replica, "cardano_opcert_checked_counter"))
