"""One reading of both clocks, in nanoseconds; all code that decides is given one."""

from __future__ import annotations

from typing import NamedTuple

SECOND = 1_000_000_000  # nanoseconds
MILLISECOND = 1_000_000


class Moment(NamedTuple):
    """CLOCK_BOOTTIME (counts while the machine is suspended) and Unix time, read together."""

    boot_ns: int
    wall_ns: int

    @property
    def offset_ns(self) -> int:
        """Wall clock minus boot time: constant unless the wall clock is stepped or slewed."""
        return self.wall_ns - self.boot_ns

    def ahead_of(self, offset_ns: int) -> int:
        """Return by how much the wall clock went ahead of boot time since that offset; never < 0.

        A permission earned at that offset expires that much earlier: see `since`.
        """
        return max(0, self.offset_ns - offset_ns)

    def since(self, earlier: Moment) -> int:
        """Return the nanoseconds that may have passed since then: the greater of both clocks.

        A machine that its host paused or moved can come back with a boot time that did not count
        the pause; its wall clock is then stepped forward. Code that must stop in time takes the
        greater, so that either clock alone is enough to notice. A wall clock stepped forward for
        another reason only makes a permission expire early; stepped back, it changes nothing.
        """
        return max(self.boot_ns - earlier.boot_ns, self.wall_ns - earlier.wall_ns)
