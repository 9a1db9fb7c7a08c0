"""What the node's metrics say: names as cardano-node exports them (docs/node-metrics.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .chain import Chain
    from .forging import Forge

PREFIX = "cardano_node_metrics_"


@dataclass(frozen=True)
class Process:
    """What the page shows from the start of the process on; `started` is a Unix time."""

    version: tuple[int, int, int]
    started: int

    def shown(self) -> dict[str, float]:
        """Return its metrics."""
        major, minor, patch = self.version
        return {
            "cardano_version_major_int": major,
            "cardano_version_minor_int": minor,
            "cardano_version_patch_int": patch,
            "node_start_time_int": self.started,
        }


def render(process: Process, forge: Forge, chain: Chain, now: float) -> str:
    """Return the metrics at this Unix time in Prometheus' text format."""
    values: dict[str, float] = process.shown() | _forging(forge)
    if forge.metric is not None:
        values["forging_enabled_int"] = forge.metric
    if forge.is_up:
        values |= chain.shown(forge.clock, now)
    # What a node says of KES comes from its forging loop: nothing before it has forged.
    if forge.clock is not None and forge.certificate is not None:
        current, expiry = forge.clock.kes_period(now), forge.clock.expiry(forge.certificate)
        values["currentKESPeriod_int"] = current
        values["operationalCertificateStartKESPeriod_int"] = forge.certificate.kes_period
        values["operationalCertificateExpiryKESPeriod_int"] = expiry
        values["remainingKESPeriods_int"] = max(0, expiry - current)
    return "".join(_sample(name, value) for name, value in sorted(values.items())) + "# EOF\n"


def _forging(forge: Forge) -> dict[str, float]:
    leadership = forge.leadership
    counts = dict(leadership.counts)
    if not counts:
        return {}
    values: dict[str, float] = {f"Forge_{name}_counter": count for name, count in counts.items()}
    values["nodeIsLeader_int"] = counts.get("node_is_leader", 0)
    values["blocksForged_int"] = counts.get("forged", 0)
    values["nodeCannotForge_int"] = counts.get("could_not_forge", 0)
    values["slotsMissed_int"] = leadership.slots_missed
    if leadership.forged_slot is not None:
        values["forgedSlotLast_int"] = leadership.forged_slot
    if leadership.state_update_error is not None:
        values["Forge_StateUpdateError_int"] = leadership.state_update_error
    return values


def _sample(name: str, value: float) -> str:
    kind = {"int": "gauge", "counter": "counter"}.get(name.rpartition("_")[2])
    typed = f"# TYPE {PREFIX}{name} {kind}\n" if kind else ""
    return f"{typed}{PREFIX}{name} {value}\n"
