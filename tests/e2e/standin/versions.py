"""What differs between the versions of cardano-node that the stand-in behaves as: one table.

Sources, read at the tags of IntersectMBO/cardano-node (11.1: the branch f-f/prepare-11.1) and of
IntersectMBO/hermod-tracing, where trace-dispatcher lives since its 2.12.0 (README.md says more):

- metrics server: `trace-dispatcher/src/Cardano/Logging/Prometheus/NetworkRun.hs`
  (defaultRunParams), of 2.11 and 2.12.0 (10.6.2 to 10.7.0) and of 2.12.1 and 2.13.0 (10.7.1 on);
- settable limits: `cardano-node/src/Cardano/Node/Tracing/API.hs` (tcPrometheusSimpleRun);
- LedgerDB, TurnOnLogMetrics: `cardano-node/src/Cardano/Node/Configuration/POM.hs`
  (parseLedgerDbConfig, makeNodeConfiguration);
- VRF key: `cardano-node/src/Cardano/Node/Run.hs` (checkVRFFilePermissions);
- protocol major: `cardano-node/src/Cardano/Node/Protocol/Cardano.hs` (ProtVer);
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from .errors import StartError


@dataclass(frozen=True)
class MetricsLimits:
    """How the metrics server guards itself; in each, 0 means no limit."""

    accepted_per_second: float
    open_per_host: int
    open_in_all: int
    silence_seconds: float  # a connection without a request for so long is closed
    linger_seconds: float  # how long it waits, when it closes one, for the other side to close


@dataclass(frozen=True)
class NodeVersion:
    """What is particular to one version, and to those after it up to the next in the table."""

    name: str
    since: tuple[int, int, int]
    newest: tuple[int, int, int]  # that was read
    protocol_major: int  # the newest that it supports
    metrics: MetricsLimits
    metrics_settable: bool  # by the configuration's TracePrometheusSimpleRun
    vrf_group_refused: bool  # True: a VRF key that its group may touch ends it; else a warning
    ledger_backends: frozenset[str]
    ledger_snapshots: bool  # LedgerDB.Snapshots is read, and an interval of 0 or less is refused
    log_metrics_required: bool  # a configuration without TurnOnLogMetrics is refused


_NARROW = MetricsLimits(3.0, 4, 12, silence_seconds=22.0, linger_seconds=1.0)
_WIDER = MetricsLimits(8.0, 5, 16, silence_seconds=22.0, linger_seconds=2.0)
_WITH_V1_IN_MEMORY = frozenset({"V1InMemory", "V1LMDB", "V2InMemory"})
_WITH_V1_LMDB = frozenset({"V1LMDB", "V2InMemory", "V2LSM"})

VERSIONS = (
    NodeVersion(
        name="10.6",
        since=(10, 6, 2),
        newest=(10, 6, 4),
        protocol_major=10,
        metrics=_NARROW,
        metrics_settable=False,
        vrf_group_refused=False,
        ledger_backends=_WITH_V1_IN_MEMORY,
        ledger_snapshots=False,
        log_metrics_required=True,
    ),
    NodeVersion(
        name="10.7.0",
        since=(10, 7, 0),
        newest=(10, 7, 0),
        protocol_major=10,
        metrics=_NARROW,
        metrics_settable=False,
        vrf_group_refused=False,
        ledger_backends=_WITH_V1_LMDB,
        ledger_snapshots=False,
        log_metrics_required=True,
    ),
    NodeVersion(
        name="10.7.1",
        since=(10, 7, 1),
        newest=(10, 7, 1),
        protocol_major=10,
        metrics=_WIDER,
        metrics_settable=True,
        vrf_group_refused=False,
        ledger_backends=_WITH_V1_LMDB,
        ledger_snapshots=False,
        log_metrics_required=True,
    ),
    NodeVersion(
        name="11.0",
        since=(11, 0, 0),
        newest=(11, 0, 1),
        protocol_major=11,
        metrics=_WIDER,
        metrics_settable=True,
        vrf_group_refused=False,
        ledger_backends=_WITH_V1_LMDB,
        ledger_snapshots=False,
        log_metrics_required=True,
    ),
    NodeVersion(
        name="11.1",
        since=(11, 1, 0),
        newest=(11, 1, 0),
        protocol_major=11,
        metrics=_WIDER,
        metrics_settable=True,
        vrf_group_refused=False,
        ledger_backends=frozenset({"V2InMemory", "V2LSM"}),
        ledger_snapshots=True,
        log_metrics_required=False,
    ),
)

# Protocol version 11 is in force on each since July 2026: a node of major 10 cannot follow them.
PUBLIC_NETWORKS = frozenset({"mainnet", "preprod", "preview"})
PUBLIC_PROTOCOL_MAJOR = 11

DEFAULT = "10.7.0"  # the narrowest limits of a release that people run

_VERSION = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?(?:-[0-9A-Za-z.-]+)?")


def version_of(text: str) -> NodeVersion:
    """Return the table's entry for a version: 11.0, 11.0.1, v11.0.1 or an image's 11.0.1-1.

    Without its third number it is the newest of its series; a version after the table's last
    behaves as the last. Raises StartError.
    """
    first, second, third = _numbers(text)
    number = (first, second, math.inf if third is None else third)
    known = [version for version in VERSIONS if version.since <= number]
    if not known:
        oldest = ".".join(map(str, VERSIONS[0].since))
        raise StartError(
            f"NODE_VERSION={text!r} is older than {oldest}, the first that is modelled"
        )
    return known[-1]


def program_version(text: str) -> tuple[int, int, int]:
    """Return the three numbers that a node of this version shows. Raises StartError."""
    first, second, third = _numbers(text)
    return (first, second, version_of(text).newest[2] if third is None else third)


def _numbers(text: str) -> tuple[int, int, int | None]:
    match = _VERSION.fullmatch(text)
    if match is None:
        raise StartError(f"NODE_VERSION={text!r} is not a version such as 11.0, 11.0.1 or 11.0.1-1")
    first, second, third = match.groups()
    return int(first), int(second), None if third is None else int(third)
