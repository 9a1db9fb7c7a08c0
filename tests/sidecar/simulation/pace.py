"""How often an API server is asked: a storm of requests harms more than the one that makes it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from forge_manager.base.moment import SECOND
from tests.sidecar.simulation.key_rules import InvariantError

if TYPE_CHECKING:
    from tests.sidecar.simulation.world import Machine

_MINUTE_NS = 60 * SECOND
#: A renewal, and the read and the renewal anew after a conflict; with faults of every kind 40
#: histories came to 58 requests in a minute of tries every second.
_REQUESTS_A_TRY = 2
_REQUESTS_BESIDES = 30


class Pace:
    """The requests of the last minute, by the machine that they came from."""

    def __init__(self) -> None:
        self._sent_ns: dict[Machine, deque[int]] = {}

    def sent(self, machine: Machine) -> None:
        self._sent_ns.setdefault(machine, deque()).append(machine.world.real_ns)

    def check(self, retry_ns: int) -> None:
        """Check that no machine's electors, who try so often, ask far more often, or raise."""
        most = _REQUESTS_A_TRY * _MINUTE_NS // retry_ns + _REQUESTS_BESIDES
        for machine, sent_ns in self._sent_ns.items():
            while sent_ns and sent_ns[0] < machine.world.real_ns - _MINUTE_NS:
                sent_ns.popleft()
            if len(sent_ns) > most:
                raise InvariantError(f"{machine.name} sends {len(sent_ns)} requests in a minute")
