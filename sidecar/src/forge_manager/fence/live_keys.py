"""What lies at the node's three paths."""

from __future__ import annotations

from enum import Enum


class LiveKeys(Enum):
    """What lies at the node's three paths."""

    NONE = "none"
    SOME = "some"  # not complete, or not in the form in which we put it there
    OTHER = "other"  # a whole set, but not the checked one
    ALL = "all"  # the checked set


#: With these a node exits at its start. Any whole set works, since it starts non-producing.
INCOMPLETE = frozenset({LiveKeys.NONE, LiveKeys.SOME})
