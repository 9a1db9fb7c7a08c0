"""Makes something when first asked for it: its imports are slow, and the port must answer first."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

MadeT = TypeVar("MadeT")


class Once(Generic[MadeT]):
    """Makes it once, in the first thread that asks; other threads wait for it."""

    def __init__(self, make: Callable[[], MadeT]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[MadeT] = []

    def __call__(self) -> MadeT:
        """Return it."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]
