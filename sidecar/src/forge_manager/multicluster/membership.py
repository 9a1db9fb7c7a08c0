"""What the clusters of a pool say about themselves in the hub, and for how long they have.

Each has one annotation on one object there, the board (a Lease without a holder), and rewrites it
every few seconds. Only the time since a text last changed counts, by the reader's own clock: clocks
are never compared.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_PREFIX = "clusters.cardano.io/"
_MOST_CHARACTERS = 1024
#: Beyond the API's range of 1 to 999: an entry without a valid one comes last.
_LAST_PRIORITY = 1000


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """What a cluster says about itself.

    `eligible`: it may forge, and has a leader whose node could. `leader`: that pod.
    `beat`: differs with every write.
    """

    priority: int
    eligible: bool
    leader: str
    beat: int

    def text(self) -> str:
        """Return it as an annotation's value."""
        fields = {
            "priority": self.priority,
            "eligible": self.eligible,
            "leader": self.leader,
            "beat": self.beat,
        }
        return json.dumps(fields, separators=(",", ":"))


def parse_entry(text: str) -> MemberEntry | None:
    """Return what an annotation says, None for anything that is not an entry."""
    try:
        found = json.loads(text) if len(text) <= _MOST_CHARACTERS else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    leader = found.get("leader")
    return MemberEntry(
        priority=_number(found.get("priority"), _LAST_PRIORITY),
        eligible=found.get("eligible") is True,
        leader=leader if isinstance(leader, str) else "",
        beat=_number(found.get("beat"), 0),
    )


def _number(value: object, default: int) -> int:
    good = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if good and isinstance(value, int) else default


@dataclass(frozen=True, slots=True)
class Member:
    """Another cluster, as seen from here. Times are CLOCK_BOOTTIME of this machine.

    `changed_ns`: when its entry last changed. `well_since_ns`: since when it has been eligible and
    heard from, None while it is not eligible. `last_well_ns`: when it last was, None for never.
    """

    name: str
    priority: int
    eligible: bool
    changed_ns: int
    well_since_ns: int | None
    last_well_ns: int | None

    def ranks_before(self, priority: int, name: str) -> bool:
        """Tell whether it comes before the cluster of this priority and name."""
        return (self.priority, self.name) < (priority, name)

    def is_well(self, now_ns: int, takeover_ns: int) -> bool:
        """Tell whether it could forge: eligible, and heard from within `takeover_ns`."""
        return self.eligible and now_ns - self.changed_ns <= takeover_ns


class Membership:
    """The entries as last seen. `takeover_ns`: a cluster silent for longer is absent."""

    def __init__(self, takeover_ns: int) -> None:
        self._takeover_ns = takeover_ns
        self._texts: dict[str, str] = {}
        self._members: dict[str, Member] = {}

    def changed(self, now_ns: int, annotations: Mapping[str, str]) -> None:
        """Take the object's annotations as they are now."""
        present = {
            key.removeprefix(KEY_PREFIX): text
            for key, text in annotations.items()
            if key.startswith(KEY_PREFIX)
        }
        for name, text in present.items():
            entry = parse_entry(text) if self._texts.get(name) != text else None
            if entry is not None:
                self._members[name] = self._next(now_ns, name, entry)
        for name in self._members.keys() - present.keys():
            del self._members[name]
        self._texts = present

    def others(self, own: str) -> tuple[Member, ...]:
        """Return all clusters but this one, in order of rank."""
        others = (one for one in self._members.values() if one.name != own)
        return tuple(sorted(others, key=lambda one: (one.priority, one.name)))

    def _next(self, now_ns: int, name: str, entry: MemberEntry) -> Member:
        before = self._members.get(name)
        was_well = before is not None and before.is_well(now_ns, self._takeover_ns)
        since_ns = last_ns = None
        if entry.eligible:
            since_ns = before.well_since_ns if before and was_well else now_ns
        if entry.eligible or was_well:
            last_ns = now_ns
        elif before is not None:
            last_ns = before.last_well_ns
        return Member(name, entry.priority, entry.eligible, now_ns, since_ns, last_ns)
