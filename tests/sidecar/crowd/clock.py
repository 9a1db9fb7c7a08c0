"""The two clocks of one machine: rates differ, wall clocks are stepped, a host pauses."""

from __future__ import annotations

from forge_manager.base.moment import Moment


class Clock:
    """Boot and wall time as functions of true time, in nanoseconds. `per_mille`: fast or slow."""

    def __init__(self, per_mille: int, boot_ns: int, wall_ns: int) -> None:
        self._per_mille = 1000 + per_mille
        self._boot_ns = boot_ns
        self._ahead_ns = wall_ns

    def now(self, true_ns: int) -> Moment:
        boot_ns = self._boot_ns + true_ns * self._per_mille // 1000
        return Moment(boot_ns, boot_ns + self._ahead_ns)

    def true_span(self, own_ns: int) -> int:
        """Return how long that takes in true time, rounded up."""
        return own_ns * 1000 // self._per_mille + 1

    def step_wall(self, by_ns: int) -> None:
        self._ahead_ns += by_ns

    def missed(self, true_ns: int) -> None:
        """Have boot time not count a pause; the wall clock is stepped when it is over."""
        own_ns = true_ns * self._per_mille // 1000
        self._boot_ns -= own_ns
        self._ahead_ns += own_ns
