"""What happens to keys: new ones, older ones, others again and again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from forge_manager.moment import SECOND
from tests.sidecar.simulation.keys import KeySet
from tests.sidecar.simulation.part import Part

if TYPE_CHECKING:
    from tests.sidecar.simulation.faults import Faults
    from tests.sidecar.simulation.pod import Pod


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

    def fail_at_key_change(self) -> None:
        """A leader is lost just as it has changed its keys, or is delivered yet other ones."""

    def _fail_at_key_change(self, pod: Pod) -> None:
        if self.faults.active and self.world.chance(0.3):
            delay_ns = self.world.ms(200, 1500)
            lease_ms = self.faults.lease_ms()
            self.world.at(delay_ns, lambda: self._cut_off(pod.machine, lease_ms))
        if self.faults.active and pod in self.cluster.pods and self.world.chance(0.5):
            self.cluster.newest = KeySet(self.cluster.newest.counter + 1)
            index, keys = self.cluster.pods.index(pod), self.cluster.newest
            deliver = partial(self.cluster.deliver, index, keys)
            self.faults.later(self.world.ms(0, 600), deliver)
