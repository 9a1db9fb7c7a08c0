"""Which configuration a version refuses, and so exits on.

As in cardano-node's `Cardano/Node/Configuration/POM.hs` (parseLedgerDbConfig, parseByronProtocol,
parseMempoolCapacityBytesOverride, makeNodeConfiguration); keys that it ignores are ignored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .typed_keys import section, text, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .versions import NodeVersion

_BYRON_VERSION = ("LastKnownBlockVersion-Major", "LastKnownBlockVersion-Minor")
_MEMPOOL_TIMEOUTS = ("MempoolTimeoutSoft", "MempoolTimeoutHard", "MempoolTimeoutCapacity")
_UNLIMITED = "NoOverride"


def check_accepted(settings: Mapping[str, object], version: NodeVersion) -> None:
    """Raise ValueError for the first key that this version does not accept."""
    _check_present(settings, version)
    _check_ledger_db(settings, version)
    _check_mempool(settings)


def _check_present(settings: Mapping[str, object], version: NodeVersion) -> None:
    required = (*_BYRON_VERSION, *(("TurnOnLogMetrics",) if version.log_metrics_required else ()))
    for key in required:
        if settings.get(key) is None:
            raise ValueError(f"{key} is not given, and {version.name} requires it")


def _check_ledger_db(settings: Mapping[str, object], version: NodeVersion) -> None:
    ledger = section(settings, "LedgerDB")
    backend = text(ledger, "Backend")
    if backend is not None and backend not in version.ledger_backends:
        known = ", ".join(sorted(version.ledger_backends))
        raise ValueError(f"LedgerDB.Backend is {backend!r}; {version.name} has {known}")
    _check_snapshots(settings, "", version)  # the older place of the same keys
    snapshots = ledger.get("Snapshots") if version.ledger_snapshots else None
    if snapshots is None:
        _check_snapshots(ledger, "LedgerDB.", version)
    elif isinstance(snapshots, str):
        if snapshots != "Mithril":
            raise ValueError(f"LedgerDB.Snapshots is {snapshots!r}, not an object or 'Mithril'")
    else:
        _check_snapshots(section(ledger, "Snapshots"), "LedgerDB.Snapshots.", version)


def _check_snapshots(keys: Mapping[str, object], place: str, version: NodeVersion) -> None:
    named = {place + key: value for key, value in keys.items()}
    interval = whole_number(named, f"{place}SnapshotInterval", 1)
    if interval == 0 and version.ledger_snapshots:
        raise ValueError(f"{place}SnapshotInterval is 0; {version.name} wants more than that")
    whole_number(named, f"{place}NumOfDiskSnapshots", 1)


def _check_mempool(settings: Mapping[str, object]) -> None:
    key = "MempoolCapacityBytesOverride"
    if settings.get(key) != _UNLIMITED:
        whole_number(settings, key, 0)
    given = [key for key in _MEMPOOL_TIMEOUTS if settings.get(key) is not None]
    if given and len(given) < len(_MEMPOOL_TIMEOUTS):
        raise ValueError(f"of {', '.join(_MEMPOOL_TIMEOUTS)} only {', '.join(given)} is given")
