"""Metrics of forging control: lease, switching, guard and node, as its last round saw them."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from forge_manager.control.record import CONFIRMATION_BOUNDS
from forge_manager.forging.phases import Phase
from forge_manager.moment import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from forge_manager.control.record import ControlFacts, ControlRecord
    from forge_manager.control.status import ForgingState, ForgingStatus
    from forge_manager.moment import Moment
    from forge_manager.settings import Settings

_INTENDED = (Phase.SWITCHING_ON, Phase.FORGING)
#: The socket is tried once a second.
_SOCKET_UP_NS = 3 * SECOND


class ForgingCollector:
    """Says nothing where forging is not switched by this pod (node control none, no guard)."""

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
        facts, now_ns = self._record.facts(), self._clocks().boot_ns
        lease = self._settings.leader.lease_name
        yield from _state(self._forging.state, lease)
        yield from _switching(facts)
        hub = f"hub/{self._settings.hub.lease_name}"
        yield from _leases(facts, now_ns, (*self._settings.leader.lease_names, hub))
        yield from _pod(facts, now_ns)


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
        "1 for the present phase of forging control and the code of why it is that one",
        1,
        phase=state.phase.value,
        reason=str(state.why),
    )


def _switching(facts: ControlFacts) -> Iterator[Metric]:
    transitions = CounterMetricFamily(
        "cardano_forging_transitions",
        "Transitions of forging control from one phase to another",
        labels=["source", "target", "reason"],
    )
    for labels, count in sorted(facts.transitions.items()):
        transitions.add_metric(labels, count)
    yield transitions
    confirmations = HistogramMetricFamily(
        "cardano_sighup_confirmation_seconds",
        "Time from a SIGHUP to the proof, by the node's own metric, that it had its effect",
        labels=["reason"],
    )
    bounds = [*(str(bound) for bound in CONFIRMATION_BOUNDS), "+Inf"]
    for reason, found in sorted(facts.confirmations.items()):
        buckets = list(zip(bounds, accumulate(map(float, found.counts)), strict=True))
        confirmations.add_metric([reason], buckets, found.seconds)
    yield confirmations


def _leases(facts: ControlFacts, now_ns: int, names: tuple[str, ...]) -> Iterator[Metric]:
    age = GaugeMetricFamily(
        "cardano_lease_age_seconds",
        "Time since this pod saw the Lease change, by this machine's clock",
        labels=["lease"],
    )
    remaining = GaugeMetricFamily(
        "cardano_lease_remaining_seconds",
        "For how long the holder may forge without another renewal; absent on others",
        labels=["lease"],
    )
    for name, seen in zip(names, facts.latest.leases if facts.latest else (), strict=False):
        if seen.changed_ns is not None:
            age.add_metric([name], (now_ns - seen.changed_ns) / SECOND)
        if seen.forge_until_ns is not None:
            remaining.add_metric([name], (seen.forge_until_ns - now_ns) / SECOND)
    yield age
    yield remaining


def _pod(facts: ControlFacts, now_ns: int) -> Iterator[Metric]:
    seen = facts.latest
    if seen is None or facts.started_ns is None:
        return
    beat_ns = facts.started_ns if seen.guard_beat_ns is None else seen.guard_beat_ns
    yield _gauge(
        "cardano_guard_heartbeat_age_seconds",
        "Time since the guard's last heartbeat; since control began when there was none",
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
