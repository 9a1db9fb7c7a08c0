"""What the node's metrics say: names as cardano-node exports them (docs/node-metrics.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .forging import Forge
    from .genesis import SlotClock
    from .tip import Tip

PREFIX = "cardano_node_metrics_"
# Of a node that has caught up and has all that it needs.
WELL = {
    "GSM_state_int": 2,
    "Mem_resident_int": 17_000_000_000,
    "RTS_gcHeapBytes_int": 16_000_000_000,
    "RTS_gcLiveBytes_int": 8_000_000_000,
    "blockfetchclient_blockdelay_real": 0.4,
    "connectionManager_inboundConns_int": 2,
    "connectionManager_outboundConns_int": 3,
    "density_real": 0.05,
    "mempoolBytes_int": 40_000,
    "peerSelection_ActiveBigLedgerPeers_int": 0,
    "peerSelection_ActivePeers_int": 3,
    "peerSelection_EstablishedBigLedgerPeers_int": 0,
    "peerSelection_EstablishedPeers_int": 3,
    "peerSelection_KnownBigLedgerPeers_int": 0,
    "peerSelection_KnownPeers_int": 5,
    "txsInMempool_int": 20,
}
EPOCH_SLOTS = 432_000


def render(forge: Forge, tip: Tip, started: int, now: float) -> str:
    """Return the metrics at this Unix time in Prometheus' text format."""
    values: dict[str, float] = {"node_start_time_int": started, **_forging(forge)}
    if forge.metric is not None:
        values["forging_enabled_int"] = forge.metric
    if forge.is_up:
        values |= WELL
    if forge.clock is not None:
        # What a node says of KES comes from its forging loop: nothing before it has forged.
        if forge.certificate is not None:
            current, expiry = forge.clock.kes_period(now), forge.clock.expiry(forge.certificate)
            values["currentKESPeriod_int"] = current
            values["operationalCertificateStartKESPeriod_int"] = forge.certificate.kes_period
            values["operationalCertificateExpiryKESPeriod_int"] = expiry
            values["remainingKESPeriods_int"] = max(0, expiry - current)
        if forge.is_up:
            values |= _chain(tip, forge.clock, now)
    return "".join(_sample(name, value) for name, value in sorted(values.items())) + "# EOF\n"


def _chain(tip: Tip, clock: SlotClock, now: float) -> dict[str, float]:
    slot = tip.slot(clock, now)
    return {
        "slotNum_int": slot,
        "blockNum_int": slot,
        "epoch_int": slot // EPOCH_SLOTS,
        "slotInEpoch_int": slot % EPOCH_SLOTS,
    }


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
