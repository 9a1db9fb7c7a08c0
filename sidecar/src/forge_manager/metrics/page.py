"""The metrics page: what was observed, read at each scrape.

Names and labels up to `cardano_cluster_forge_priority` are those of the earlier sidecar.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, disable_created_metrics
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from forge_manager import __version__
from forge_manager.base import logs
from forge_manager.base.clocks import read_clocks
from forge_manager.http import answers
from forge_manager.metrics.cluster import cluster_metrics
from forge_manager.metrics.forging import ForgingCollector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forge_manager.control.record import ControlRecord
    from forge_manager.control.status import ForgingState, ForgingStatus
    from forge_manager.gate.record import CredentialSets, GateRecord
    from forge_manager.gate.state import Gate
    from forge_manager.metrics.telemetry import Telemetry
    from forge_manager.settings.manager import Settings

_UNKNOWN = "unknown"
_POOL_ID_LABEL_LENGTH = 10  # the earlier sidecar's label; info carries the whole id


class MetricsPage:
    """Renders the metrics; called from any thread."""

    def __init__(
        self, settings: Settings, gate: Gate, forging: ForgingStatus, telemetry: Telemetry
    ) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self._registry.register(_Collector(settings, gate, forging, telemetry))
        self._registry.register(ForgingCollector(settings, forging, telemetry.control, read_clocks))
        control, requests = telemetry.control, telemetry.requests
        counted = (control.leadership_changes, control.sighups, control.kills)
        for one in (*counted, requests.outcomes, requests.durations):
            self._registry.register(one)

    def response(self) -> answers.Response:
        """Return the page in the Prometheus text format."""
        return answers.metrics(generate_latest(self._registry), CONTENT_TYPE_PLAIN_0_0_4)


class _Collector:
    def __init__(
        self, settings: Settings, gate: Gate, forging: ForgingStatus, telemetry: Telemetry
    ) -> None:
        self._settings = settings
        self._gate = gate
        self._forging = forging
        self._telemetry = telemetry

    def collect(self) -> Iterator[Metric]:
        yield from _identity(self._settings)
        yield from _leadership(self._settings, self._forging.state, self._telemetry.control)
        cluster = self._telemetry.cluster.state
        yield from cluster_metrics(self._settings, cluster, _pool_label(self._settings))
        yield _operations(self._telemetry.gate)
        yield from _startup(self._gate, self._telemetry.gate)
        yield from _certificate(self._telemetry.sets, time.time())
        yield _lost_log_lines()
        yield _reads(self._telemetry.reads.hanging())


def _identity(settings: Settings) -> Iterator[Metric]:
    labels = {
        "pod_name": settings.pod.name,
        "namespace": settings.pod.namespace,
        "version": __version__,
        "network": settings.network.name,
        "pool_id": settings.pool.id or _UNKNOWN,
        "pool_ticker": settings.pool.ticker or _UNKNOWN,
        "application_type": settings.pod.application_type,
    }
    ours = {**labels, "pool_name": settings.pool.name or _UNKNOWN}
    text = "Information about the forge manager instance"
    # The client library appends _info: the first becomes the earlier sidecar's _info_info.
    yield InfoMetricFamily("cardano_forge_manager_info", text, value=labels)
    yield InfoMetricFamily("cardano_forge_manager", text, value=ours)


def _leadership(settings: Settings, state: ForgingState, record: ControlRecord) -> Iterator[Metric]:
    labels = {
        "pod": settings.pod.name,
        "network": settings.network.name,
        "pool_id": _pool_label(settings),
        "application": settings.pod.application_type,
    }
    # What the node itself says, not what it was told to do; no sample while that is unknown.
    if state.forging is not None:
        yield _gauge(
            "cardano_forging_enabled",
            "Whether this pod is actively forging blocks",
            int(state.forging),
            labels,
        )
    yield _gauge(
        "cardano_leader_status",
        "Whether this pod is the elected leader",
        int(state.leading),
        labels,
    )
    yield CounterMetricFamily(
        "cardano_guard_node_kills",
        "Times the guard killed the node in its manager's place",
        value=record.guard_kills,
    )
    if record.ended_unwatched is not None:
        yield _gauge(
            "cardano_node_ended_unwatched",
            "1 if a node that may have forged ended before this manager watched it",
            int(record.ended_unwatched),
            {},
        )


def _operations(record: GateRecord) -> Metric:
    family = CounterMetricFamily(
        "cardano_credential_operations",
        "Total number of credential file operations",
        labels=["operation", "file"],
    )
    for file, count in sorted(record.copied.items()):
        family.add_metric(["copy", file], count)
    return family


def _reads(hanging: dict[str, bool]) -> Metric:
    family = GaugeMetricFamily(
        "cardano_forge_manager_read_hangs",
        "1 while a read of a volume hangs; the rest of the manager continues",
        labels=["read"],
    )
    for name, hangs in sorted(hanging.items()):
        family.add_metric([name], int(hangs))
    return family


def _lost_log_lines() -> Metric:
    family = CounterMetricFamily(
        "cardano_forge_manager_log_lines_lost",
        "Lines of the manager's log that were lost because nothing read them in time",
    )
    family.add_metric([], logs.lost())
    return family


def _startup(gate: Gate, record: GateRecord) -> Iterator[Metric]:
    state = gate.state
    yield _gauge("cardano_startup_ready", "Whether the startup gate is open", int(state.ready))
    reason = GaugeMetricFamily(
        "cardano_startup_state",
        "1 for the startup gate's current state",
        labels=["status", "reason"],
    )
    reason.add_metric([state.phase.value, state.reason.value], 1)
    yield reason
    if record.startup_seconds is not None:
        yield _gauge(
            "cardano_startup_duration_seconds",
            "Time from the start of the process until the startup gate opened",
            record.startup_seconds,
        )
    checks = GaugeMetricFamily(
        "cardano_credential_check_ok",
        "1 if the check of the source files passed, 0 if it failed; absent if it was not made",
        labels=["check", "blocking"],
    )
    for check in {check.name: check for check in state.checks if check.ok is not None}.values():
        worst = all(other.ok is not False for other in state.checks if other.name == check.name)
        checks.add_metric([check.name, str(check.blocking).lower()], int(worst))
    yield checks


def _certificate(sets: CredentialSets, now: float) -> Iterator[Metric]:
    """Report the node's set, or the set it would be given while it has none."""
    checked = sets.checked.verdict if sets.checked else None
    if checked is not None and checked.op_cert is not None:
        yield _gauge(
            "cardano_opcert_checked_counter",
            "Issue counter of the newest certificate that passed the checks; differs from "
            "cardano_opcert_counter until the node has switched to it",
            checked.op_cert.counter,
        )
    verdict = sets.live or checked
    if verdict is None or verdict.op_cert is None:
        return
    yield _gauge(
        "cardano_opcert_counter",
        "Issue counter of the node's certificate; on a standby, of the one it would be given",
        verdict.op_cert.counter,
    )
    if verdict.kes is None:
        return
    yield _gauge(
        "cardano_kes_expiry_timestamp_seconds",
        "Unix time at which the KES key of that certificate expires",
        verdict.kes.expires,
    )
    yield _gauge(
        "cardano_kes_remaining_seconds",
        "Time until that key expires, by this machine's clock; negative once it has expired",
        verdict.kes.expires - now,
    )
    yield _gauge(
        "cardano_kes_remaining_periods",
        "KES periods for which that key can still sign, including the current one",
        verdict.kes.remaining_periods,
    )


def _gauge(name: str, text: str, value: float, labels: dict[str, str] | None = None) -> Metric:
    family = GaugeMetricFamily(name, text, labels=list(labels or ()))
    family.add_metric(list((labels or {}).values()), value)
    return family


def _pool_label(settings: Settings) -> str:
    return settings.pool.id[:_POOL_ID_LABEL_LENGTH] or _UNKNOWN
