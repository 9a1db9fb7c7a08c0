"""The two files by which manager and guard communicate, on the memory-backed state volume.

    fence.json       the manager writes it: until when the node may forge
    heartbeat.json   the guard writes it in every round: it is alive, and holds this node

Each is written whole under another name and put in place, so a reader finds the old one or the new
one; a slow reader may find it overwritten, which its checksum shows. A file that is missing, cut
short, of another boot or otherwise not credible parses to None and never raises. What None means is
up to the reader, and always the safe choice: for the guard an expired permission, for the manager a
dead guard.

Named tuples, as in `logic`: the guard has no memory to spare for what `dataclasses` imports.
"""

from __future__ import annotations

import binascii
import json
from typing import TYPE_CHECKING, NamedTuple

from forge_manager.fence.tenures import Tenures
from forge_manager.node.process import NodeProcess

if TYPE_CHECKING:
    from forge_manager.base.moment import Moment

FENCE_FILE = "fence.json"
HEARTBEAT_FILE = "heartbeat.json"

#: We write nothing longer; a reader need not read more than one byte beyond it.
MAX_BYTES = 4096

_VERSION = 1
_SUM = "crc32"
_SUM_FIELD = f', "{_SUM}": '.encode()
_MAX_TENURES = 8
_MAX_TEXT = 400
_MAX_INTEGER = 2**63 - 1


class Fence(NamedTuple):
    """What the manager lets the node do.

    `node`: the process that this is about, None before there is one. `forge_until_ns`:
    CLOCK_BOOTTIME at which the permission expires.
    `wall_offset_ns`: wall clock minus boot time when the permission was earned (see `passed`).
    `off`: the node is known not to forge, so there is nothing to kill.
    `tenures`: marks of the leases held, and `tenures_until_ns`: until when (election.tenures), for
    the next manager of this pod.
    """

    boot_id: str
    node: NodeProcess | None
    forge_until_ns: int
    wall_offset_ns: int
    off: bool
    tenures: tuple[str, ...] = ()
    tenures_until_ns: int = 0

    @property
    def held(self) -> Tenures:
        """What the manager held that wrote it."""
        return Tenures(self.tenures, self.tenures_until_ns, self.wall_offset_ns)

    def ends_ns(self, now: Moment) -> int:
        """Return the CLOCK_BOOTTIME at which the permission expires, by the clock that is ahead."""
        return self.forge_until_ns - now.ahead_of(self.wall_offset_ns)

    def passed(self, now: Moment) -> bool:
        """Tell whether the permission has expired."""
        return now.boot_ns >= self.ends_ns(now)

    def permits(self, node: NodeProcess, now: Moment) -> bool:
        """Tell whether this very process may forge now."""
        return self.node == node and not self.off and not self.passed(now)


class Heartbeat(NamedTuple):
    """The guard lived at `beat_ns` (CLOCK_BOOTTIME), and then held this process by its pidfd.

    `kills`: nodes that this guard process has killed.
    """

    boot_id: str
    beat_ns: int
    node: NodeProcess | None
    kills: int = 0


def encode(content: Fence | Heartbeat) -> bytes:
    """Return the bytes of the file."""
    return _with_sum({"version": _VERSION, **content._asdict()})


def parse_fence(content: bytes | None, boot_id: str) -> Fence | None:
    """Return the fence, or None unless every field is as the manager of this boot writes it."""
    fields = _fields(content, boot_id)
    try:
        return Fence(
            boot_id=boot_id,
            node=_node(fields["node"]),
            forge_until_ns=_integer(fields["forge_until_ns"], low=0),
            wall_offset_ns=_integer(fields["wall_offset_ns"], low=-_MAX_INTEGER),
            off=_boolean(fields["off"]),
            tenures=_texts(fields["tenures"]),
            tenures_until_ns=_integer(fields.get("tenures_until_ns", 0), low=0),
        )
    except (KeyError, ValueError):
        return None


def parse_heartbeat(content: bytes | None, boot_id: str) -> Heartbeat | None:
    """Return the heartbeat, or None unless every field is as the guard of this boot writes it."""
    fields = _fields(content, boot_id)
    try:
        return Heartbeat(
            boot_id=boot_id,
            beat_ns=_integer(fields["beat_ns"], low=0),
            node=_node(fields["node"]),
            kills=_integer(fields["kills"], low=0),
        )
    except (KeyError, ValueError):
        return None


def _with_sum(fields: dict[str, object]) -> bytes:
    """Return the bytes of a file, JSON with a checksum of the other fields at the end."""
    return _summed(json.dumps(fields).encode().removesuffix(b"}"))


def _summed(fields: bytes) -> bytes:
    """Return the bytes of a file. `fields`: its other fields as JSON, without the last brace."""
    return b"%b%b%d}\n" % (fields, _SUM_FIELD, binascii.crc32(fields + b"}"))


def _fields(content: bytes | None, boot_id: str) -> dict[str, object]:
    if content is None or len(content) > MAX_BYTES:
        return {}
    if _summed(content.rpartition(_SUM_FIELD)[0]) != content:
        return {}
    try:
        fields = json.loads(content)
    except (ValueError, RecursionError):  # ValueError: not UTF-8, not JSON, or an absurd number
        return {}
    if not isinstance(fields, dict) or fields.get("boot_id") != boot_id:
        return {}
    version = fields.get("version")
    return fields if type(version) is int and version == _VERSION else {}


def _integer(value: object, *, low: int) -> int:
    if type(value) is not int or not low <= value <= _MAX_INTEGER:  # bool is an int, too
        raise ValueError("not an integer in range")
    return value


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("not a boolean")  # noqa: TRY004 (one error for every wrong field)
    return value


def _node(value: object) -> NodeProcess | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 (pid, start)
        raise ValueError("not a process")
    return NodeProcess(_integer(value[0], low=1), _integer(value[1], low=0))


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > _MAX_TENURES:
        raise ValueError("not a list of marks")
    for text in value:
        if not isinstance(text, str) or len(text) > _MAX_TEXT:
            raise ValueError("not a mark")
    return tuple(value)
