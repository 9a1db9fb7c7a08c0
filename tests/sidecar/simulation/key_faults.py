"""What happens to keys: new ones, older ones, others again and again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from forge_manager.base.moment import SECOND
from tests.sidecar.simulation.keys import KeySet
from tests.sidecar.simulation.part import Part

if TYPE_CHECKING:
    from tests.sidecar.simulation.faults import Faults
    from tests.sidecar.simulation.pod import Pod

_FAR_NS = 10**17


class KeyFaults(Part):
    """Changes of the Secret."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        if faults.has("fail-at-key-change"):
            self.cluster.key_rules.on_changed = self._fail_at_key_change

    def issue_keys(self) -> None:
        """The Secret has a new certificate, other keys of the same counter, or older ones."""
        newest, cluster = self.cluster.newest, self.cluster
        kind = self.random.choice(("newer", "newer", "same", "older"))
        if kind == "newer":
            keys = cluster.newest = KeySet(newest.counter + 1)
        elif kind == "same":
            keys = cluster.newest = newest._replace(number=newest.number + 1)
        else:
            keys = KeySet(max(1, newest.counter - 1), 99)
        self.world.log(f"{keys.name} issued")
        for index in range(len(cluster.pods)):
            late = self.world.ms(0, self.random.choice((1000, 30_000)))
            self.faults.later(late, partial(cluster.deliver, index, keys))

    def exchange_keys_again_and_again(self) -> None:
        """Two tools write the Secret in turn."""
        index = self.random.randrange(len(self.cluster.pods))
        keys = self.cluster.newest
        for turn in range(12):
            other = keys._replace(number=keys.number + turn % 2)
            self.faults.later(turn * 3 * SECOND, partial(self.cluster.deliver, index, other))

    def keys_expire(self) -> None:
        """The keys of one replica expire, and it is given no others."""
        until_ns = self.world.real_ns + self.world.ms(0, 60_000)
        newest = self.cluster.newest
        self._give_bad(newest._replace(number=newest.number + 50, until_ns=until_ns))

    def keys_not_yet_valid(self) -> None:
        """One replica is given keys of a KES period that is far away, and no others."""
        self._give_bad(KeySet(self.cluster.newest.counter + 1, from_ns=_FAR_NS))

    def _give_bad(self, keys: KeySet) -> None:
        pod = self._pod()
        if pod not in self.cluster.pods:
            return
        index = self.cluster.pods.index(pod)
        if not self.cluster.undelivered and self.faults.impair(index):
            self.world.log(f"{keys.name} has a bad time: {keys.from_ns} to {keys.until_ns} ns")
            self.cluster.deliver(index, keys)
            self.cluster.undelivered.add(index)

    def fail_at_key_change(self) -> None:
        """A leader is lost just as it has changed its keys, or is delivered yet other ones."""

    def _fail_at_key_change(self, pod: Pod) -> None:
        if self.faults.active and self.world.chance(0.3):
            delay_ns = self.world.ms(200, 1500)
            lease_ms = self.faults.lease_ms()
            self.world.at(delay_ns, lambda: self.faults.cut_off(pod.machine, lease_ms))
        if self.faults.active and pod in self.cluster.pods and self.world.chance(0.5):
            self.cluster.newest = KeySet(self.cluster.newest.counter + 1)
            index, keys = self.cluster.pods.index(pod), self.cluster.newest
            deliver = partial(self.cluster.deliver, index, keys)
            self.faults.later(self.world.ms(0, 600), deliver)
