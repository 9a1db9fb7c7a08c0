"""What a fault is given: who leads, who stands by; and how long nobody or two forged around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.e2e.framework.record import Record

if TYPE_CHECKING:
    from devkit.namespace import Namespace
    from tests.e2e.framework.replica import Replica
    from tests.e2e.framework.three_replicas import ThreeReplicas

_DEADLINE_S = 90.0


@dataclass(kw_only=True)
class Case(Record):
    """Three settled replicas at the moment `since`."""

    three_replicas: ThreeReplicas
    leader: Replica
    standbys: list[Replica]

    @property
    def system(self) -> ThreeReplicas:
        """Where it happens."""
        return self.three_replicas

    @property
    def namespace(self) -> Namespace:
        """Where all of it is."""
        return self.three_replicas.namespace

    def wait_until_rolled_out(self) -> None:
        """Wait until every pod is of the newest revision and ready, and one forges."""
        self.three_replicas.settled()

    def wait_until_gone(self, replica: Replica) -> None:
        """Wait until the API knows this pod no more, which is when its machine has ended it."""
        self.three_replicas.wait_for(
            f"the end of {replica.pod}",
            lambda: not self.three_replicas.pod(replica),
            deadline_s=_DEADLINE_S,
        )
