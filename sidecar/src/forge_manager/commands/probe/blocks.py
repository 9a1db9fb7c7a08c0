"""What a node's own metrics page says about blocks, from one request.

Names are those of cardano-node 11.0.1, `asMetrics` in Cardano/Node/Tracing/Tracers/:
ForgingStats.hs, Consensus.hs (TraceForgeEvent), ChainDB.hs (TraceAddBlockEvent); the prefix is
that of DefaultTraceConfig.hs beside that folder. trace-dispatcher puts `_int` behind a gauge and
`_counter` behind a counter (Cardano/Logging/Tracer/EKG.hs, read in 10.6.4); `metricsNoSuffix` takes
both away (Prometheus/Exposition.hs). The tracing system before it has the same names, some with
`Num` (Cardano/Tracing/Tracers.hs). A counter is absent until it has counted one.
"""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from forge_manager.base.samples import samples
from forge_manager.node.address import Address
from forge_manager.node.page_client import FetchError, node_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forge_manager.credentials.networks import SlotClock

_TIMEOUT_S = 3.0
_NAME = re.compile(r"cardano_node_metrics_(\w+?)(?:_int|_counter)?")
_LEADER_SLOTS = ("nodeIsLeader", "nodeIsLeaderNum", "Forge_node_is_leader")
_FORGED = ("blocksForged", "blocksForgedNum", "Forge_forged")
_ADOPTED = ("Forge_adopted",)
_MISSED = ("slotsMissed", "slotsMissedNum")
_CANNOT_FORGE = ("nodeCannotForge",)
_TIP_SLOT = ("slotNum",)
_TIP_BLOCK = ("blockNum",)
_MINUTE_S = 60
_HOUR_S = 3600
_SEVERAL = 2


@dataclass(frozen=True)
class Blocks:
    """What a page says; None where it says nothing. Counts start with the node's process.

    `leader_slots`: slots in which it was the leader. `forged`, `adopted`: blocks made, and those
    that became part of its own chain. `missed_slots`: slots in which it did not check whether it
    leads, once it had begun to; in 11.0.1 this includes the time as a standby between two turns of
    forging, because ForgingStats.hs counts from the last slot in which it checked. `cannot_forge`:
    times that it led, or might have led, but could not forge. `tip_slot`, `tip_block`: numbers of
    its chain's last block.
    """

    leader_slots: int | None = None
    forged: int | None = None
    adopted: int | None = None
    missed_slots: int | None = None
    cannot_forge: int | None = None
    tip_slot: int | None = None
    tip_block: int | None = None


@dataclass(frozen=True)
class NodeReport:
    """One node. `error`: why its page was not read, or "".

    `tip_age_s`: seconds since the slot of its last block began, below 0 when this machine's clock
    is behind; None when slot or network is not known.
    """

    url: str
    error: str = ""
    blocks: Blocks = Blocks()
    tip_age_s: float | None = None

    def in_words(self) -> str:
        """Return one line with what the page says, and nothing about what it does not."""
        if self.error:
            return f"node {self.url}: {self.error}"
        blocks = self.blocks
        counts = [
            f"{count} {what}"
            for count, what in (
                (blocks.leader_slots, "leader slots"),
                (blocks.forged, "forged"),
                (blocks.adopted, "adopted"),
                (blocks.missed_slots, "slots missed"),
                (blocks.cannot_forge or None, "times unable to forge"),
            )
            if count is not None
        ]
        since = f"since it started {', '.join(counts)}" if counts else ""
        tip = f"tip {_age_in_words(self.tip_age_s)}" if self.tip_age_s is not None else ""
        said = "; ".join(part for part in (since, tip) if part)
        return f"node {self.url}: {said or 'its page says nothing about blocks'}"

    def as_json(self) -> Mapping[str, object]:
        """Return it in JSON's own types (command.as_json says the shape)."""
        return {
            "url": self.url,
            "error": self.error or None,
            **asdict(self.blocks),
            "tip_age_s": None if self.tip_age_s is None else round(self.tip_age_s, 1),
        }


def ask_node(url: str, slot_clock: Callable[[], SlotClock | None], now: float) -> NodeReport:
    """Ask a node's page once: it takes few connections a second (node.page_client).

    `slot_clock`: of its network; called if the page has a tip. `now`: Unix time. Never raises,
    whatever the page, its address or its server are.
    """
    try:
        client = node_page(Address.parse(url), seconds=_TIMEOUT_S)
        try:
            page = client.get()
        finally:
            client.close()
    except FetchError as error:
        return NodeReport(url, str(error))
    except ValueError:
        return NodeReport(url, "not an http URL")
    found = read_blocks(page.decode(errors="replace"))
    return NodeReport(url, "", found, tip_age(found.tip_slot, slot_clock, now))


def read_blocks(page: str) -> Blocks:
    """Return what a page says about blocks."""
    values: dict[str, float] = {}
    for sample in samples(page):
        if stem := _NAME.fullmatch(sample.name):
            values.setdefault(stem[1], sample.value)
    return Blocks(
        leader_slots=_count(values, _LEADER_SLOTS),
        forged=_count(values, _FORGED),
        adopted=_count(values, _ADOPTED),
        missed_slots=_count(values, _MISSED),
        cannot_forge=_count(values, _CANNOT_FORGE),
        tip_slot=_count(values, _TIP_SLOT),
        tip_block=_count(values, _TIP_BLOCK),
    )


def tip_age(
    slot: int | None, slot_clock: Callable[[], SlotClock | None], now: float
) -> float | None:
    """Return how many seconds ago a slot began; None when that cannot be told."""
    clock = slot_clock() if slot is not None else None
    start = clock.slot_start(slot) if clock is not None and slot is not None else None
    return None if start is None else now - start


def _count(values: Mapping[str, float], names: tuple[str, ...]) -> int | None:
    """Return the first of these that is present, as a whole number from 0 on."""
    for name in names:
        value = values.get(name, -1.0)
        if math.isfinite(value) and value >= 0:
            return int(value)
    return None


def _age_in_words(seconds: float) -> str:
    if seconds < 0:
        return f"{-seconds:.0f} s ahead of this machine's clock"
    if seconds < _SEVERAL * _MINUTE_S:
        return f"{seconds:.0f} s old"
    if seconds < _SEVERAL * _HOUR_S:
        return f"{seconds / _MINUTE_S:.0f} min old"
    return f"{seconds / _HOUR_S:.0f} h old"
