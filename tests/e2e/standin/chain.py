"""The chain as the metrics show it: a block in every slot, and what a file says is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from .genesis import SlotClock

# Of a node that has caught up and has all that it needs.
_WELL: Mapping[str, float] = {
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
_STUCK = "stuck"
_FAULTS: Mapping[str, Mapping[str, float]] = {
    _STUCK: {},  # the tip stands still
    "alone": {
        "connectionManager_inboundConns_int": 0,
        "connectionManager_outboundConns_int": 0,
        "peerSelection_ActivePeers_int": 0,
        "peerSelection_EstablishedPeers_int": 0,
    },
    "syncing": {"GSM_state_int": 1},
    "late": {"blockfetchclient_blockdelay_real": 5.4},  # every block, by this machine's clock
}
_EPOCH_SLOTS = 432_000


class Chain:
    """The metrics of the chain, the peers and the process, once the kernel is up."""

    def __init__(self, faults: Path | None, log: Callable[[str], None]) -> None:
        """Take the file whose words are what is wrong for as long as they are in it."""
        self._file = faults
        self._log = log
        self._unknown: set[str] = set()
        self._slot = 0

    def shown(self, clock: SlotClock | None, now: float) -> dict[str, float]:
        """Return the metrics at this Unix time; those of the tip need the slots' clock."""
        faults = self._faults()
        values = dict(_WELL)
        for fault in faults:
            values |= _FAULTS[fault]
        if clock is not None:
            if not self._slot or _STUCK not in faults:
                self._slot = clock.slot(now)
            values["slotNum_int"] = values["blockNum_int"] = self._slot
            values["epoch_int"], values["slotInEpoch_int"] = divmod(self._slot, _EPOCH_SLOTS)
        return values

    def _faults(self) -> set[str]:
        try:
            words = set(self._file.read_text().split()) if self._file else set()
        except OSError:
            return set()
        unknown = words - _FAULTS.keys()
        for word in unknown - self._unknown:
            self._log(f"error: {self._file}: {word!r} is not {', '.join(_FAULTS)}")
        self._unknown = unknown
        return words - unknown
