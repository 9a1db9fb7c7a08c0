"""Metrics of forging control: lease, switching, guard and node, as its last round saw them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.core import (
    GaugeMetricFamily,
    Metric,
)

from forge_manager.base.moment import SECOND
from forge_manager.forging.phases import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from forge_manager.base.moment import Moment
    from forge_manager.control.record import ControlRecord
    from forge_manager.control.status import ForgingState, ForgingStatus
    from forge_manager.settings.manager import Settings

_INTENDED = (Phase.SWITCHING_ON, Phase.FORGING)
#: The socket is tried once a second.
_SOCKET_UP_NS = 3 * SECOND


class ForgingCollector:
    """Yields nothing if this pod does not switch forging (node control none, no guard)."""

    def __init__(
        self,
        settings: Settings,
        forging: ForgingStatus,
        record: ControlRecord,
        clocks: Callable[[], Moment],
    ) -> None:
        self._settings = settings
        self._forging = forging
        self._record = record
        self._clocks = clocks

    def collect(self) -> Iterator[Metric]:
        """Yield the families of one scrape."""
        if not self._settings.managed:
            return
        now_ns = self._clocks().boot_ns
        lease = self._settings.leader.lease_name
        yield from _state(self._forging.state, lease)
        yield from self._record.transitions.collect()
        yield from self._record.confirmations.collect()
        hub = f"hub/{self._settings.hub.lease_name}"
        yield from _leases(self._record, now_ns, (*self._settings.leader.lease_names, hub))
        yield from _pod(self._record, now_ns)


def _state(state: ForgingState, lease: str) -> Iterator[Metric]:
    yield _gauge(
        "cardano_forging_intended",
        "Whether this pod's manager wants its node to forge; cardano_forging_enabled says whether "
        "it does",
        int(state.phase in _INTENDED),
        lease=lease,
    )
    yield _gauge(
        "cardano_forging_state",
        "1 for the current phase of forging control and the reason code for it",
        1,
        phase=state.phase.value,
        reason=str(state.why),
    )


def _leases(record: ControlRecord, now_ns: int, names: tuple[str, ...]) -> Iterator[Metric]:
    age = GaugeMetricFamily(
        "cardano_lease_age_seconds",
        "Time since this pod last saw the Lease change, by this machine's clock",
        labels=["lease"],
    )
    remaining = GaugeMetricFamily(
        "cardano_lease_remaining_seconds",
        "How long the holder may forge without another renewal; absent on other pods",
        labels=["lease"],
    )
    for name, seen in zip(names, record.latest.leases if record.latest else (), strict=False):
        if seen.changed_ns is not None:
            age.add_metric([name], (now_ns - seen.changed_ns) / SECOND)
        if seen.forge_until_ns is not None:
            remaining.add_metric([name], (seen.forge_until_ns - now_ns) / SECOND)
    yield age
    yield remaining


def _pod(record: ControlRecord, now_ns: int) -> Iterator[Metric]:
    seen = record.latest
    if seen is None or record.started_ns is None:
        return
    beat_ns = record.started_ns if seen.guard_beat_ns is None else seen.guard_beat_ns
    yield _gauge(
        "cardano_guard_heartbeat_age_seconds",
        "Time since the guard's last heartbeat, or since control began if there was none",
        max(0, now_ns - beat_ns) / SECOND,
    )
    accepted_ns = seen.accepting_ns
    yield _gauge(
        "cardano_node_socket_up",
        "Whether the node's socket accepted a connection in the last 3 seconds",
        int(accepted_ns is not None and now_ns - accepted_ns <= _SOCKET_UP_NS),
    )


def _gauge(name: str, text: str, value: float, **labels: str) -> Metric:
    family = GaugeMetricFamily(name, text, labels=list(labels))
    family.add_metric(list(labels.values()), value)
    return family
