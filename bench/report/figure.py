"""One measured figure, and what it is held against."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Limit:
    """What the figure is read beside, in the figure's unit.

    A limit that the same run measured (`same_run`) is the least that anything could reach here:
    later runs are compared by the ratio to it. Any other is a known figure, for comparison.
    """

    value: float
    is_what: str
    same_run: bool = True


@dataclass(frozen=True)
class Figure:
    """A measured value: of several samples their median.

    `name` stays the same from run to run, such as `start-up/waiting/gate-cost`; its first part is
    the figure's section. `bound` is the most that is good, in `unit`.
    """

    name: str
    what: str
    value: float
    unit: str
    limit: Limit | None = None
    bound: float | None = None
    samples: tuple[float, ...] = ()

    @property
    def section(self) -> str:
        """The part of the table that it belongs to."""
        return self.name.partition("/")[0]

    @property
    def ratio(self) -> float | None:
        """How many times the limit of the same run it is; None without one."""
        if self.limit is None or not self.limit.same_run or self.limit.value <= 0:
            return None
        return self.value / self.limit.value

    @property
    def holds(self) -> bool:
        """Whether it is within its bound; a value that is no number is not."""
        return math.isfinite(self.value) and (self.bound is None or self.value <= self.bound)


def of_samples(
    name: str,
    what: str,
    samples: Sequence[float],
    unit: str,
    *,
    limit: Limit | None = None,
    bound: float | None = None,
) -> Figure:
    """Return the median of samples, which are kept. Raises ValueError when there are none."""
    value = statistics.median(samples)
    return Figure(name, what, value, unit, limit, bound, tuple(samples))
