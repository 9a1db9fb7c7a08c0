"""Faults of three replicas on one cluster."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.e2e.chaos.kinds import (
    AT_ONCE,
    LASTS_S,
    RESUMED_TWO_AT_MOST_S,
    Kind,
    at_once,
    of_replicas,
    rolled_back,
    stopped,
    table,
)
from tests.e2e.chaos.plan import Shape
from tests.e2e.framework import faults
from tests.e2e.framework.replica import Part
from tests.e2e.framework.rotation import checked_counter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from devkit.kubectl import Kubectl
    from tests.e2e.chaos.plan import Draw
    from tests.e2e.framework.case import Case
    from tests.e2e.framework.machines import Machines
    from tests.e2e.framework.replica import Replica

_DELIVERED_DEADLINE_S = 120.0


def whom(case: Case, draw: Draw) -> Replica:
    """Return the replica that a fault is for."""
    if draw.target == 0:
        return case.leader
    return case.standbys[draw.target % len(case.standbys)]


def _on(do: Callable[[Case], None]) -> Callable[[Case, Draw], None]:
    """Return a fault of leaders as one of any replica."""
    return lambda case, draw: do(replace(case, leader=whom(case, draw)))


@contextlib.contextmanager
def _paused(case: Case, draw: Draw) -> Iterator[None]:
    """Pause a machine, but for the one of the API server: that is a fault of its own."""
    machine = whom(case, draw).machine
    if machine == case.three_replicas.machines.control_plane:
        everyone = (case.leader, *case.standbys)
        machine = next(one.machine for one in everyone if one.machine != machine)
    with machine.paused():
        yield


def _hang_up_standbys(case: Case, _draw: Draw) -> None:
    """Have a person send SIGHUP to nodes that may not forge."""
    for standby in case.standbys:
        standby.signal("HUP", Part.NODE)


def _cluster(case: Case) -> tuple[Machines, Kubectl]:
    return case.three_replicas.machines, case.namespace.kubectl


def _roll(case: Case, _draw: Draw) -> None:
    now = datetime.now(UTC).isoformat()
    case.three_replicas.deployment.upgrade({"podAnnotations": {"test/since": now}})


@contextlib.contextmanager
def _rotated(case: Case, draw: Draw) -> Iterator[None]:
    """Issue a newer certificate, which one replica gets at once and all in the end."""
    three_replicas = case.three_replicas
    newer = checked_counter(case.namespace, case.leader) + 1
    three_replicas.deployment.put_secret(three_replicas.pool.issue(counter=newer))
    three_replicas.deployment.hasten_delivery(whom(case, draw).pod)
    yield

    def delivered() -> bool:
        late = [
            one
            for one in three_replicas.replicas()
            if checked_counter(case.namespace, one) != newer
        ]
        for one in late:
            three_replicas.deployment.hasten_delivery(one.pod)
        return not late

    three_replicas.wait_for(f"{newer} at all", delivered, deadline_s=_DELIVERED_DEADLINE_S)


@contextlib.contextmanager
def _drained(case: Case, draw: Draw) -> Iterator[None]:
    with faults.drained(replace(case, leader=whom(case, draw))):
        yield


KINDS: dict[str, Kind[Case]] = table(
    [
        *of_replicas(whom),
        # A node that starts meanwhile would have its keys for a moment (docs/one-forger.md, What
        # remains).
        Kind("stray SIGHUP to standbys", at_once(_hang_up_standbys), Shape(AT_ONCE, alone=True)),
        Kind("pod deleted", at_once(_on(faults.delete)), Shape(AT_ONCE)),
        Kind("pod deleted by force", at_once(_on(faults.force_delete)), Shape(AT_ONCE)),
        Kind("machine drained", _drained, Shape((3.0, 10.0))),
        Kind(
            "machine paused",
            _paused,
            Shape(LASTS_S, alone=True),
            two_at_most_s=RESUMED_TWO_AT_MOST_S,
        ),
        Kind(
            "API server stopped",
            lambda case, _: stopped(*_cluster(case), case),
            Shape(LASTS_S, alone=True),
            isolates=lambda case, _: frozenset(
                one.run.uid for one in (case.leader, *case.standbys)
            ),
        ),
        Kind(
            "API server rolled back",
            lambda case, _: rolled_back(case.three_replicas.machines, case.namespace.kubectl),
        ),
        Kind("Lease deleted", at_once(lambda s, _: faults.delete_lease(s)), Shape(AT_ONCE)),
        Kind(
            "Lease given to a stranger",
            at_once(lambda s, _: faults.give_lease_to_a_stranger(s)),
            Shape(AT_ONCE),
        ),
        Kind("Lease emptied", at_once(lambda s, _: faults.empty_lease(s)), Shape(AT_ONCE)),
        Kind("rolling update", at_once(_roll), Shape(AT_ONCE)),
        # A Secret that is rolled back meanwhile would never be delivered.
        Kind("certificate rotated", _rotated, Shape((0.0, 15.0), alone=True)),
    ]
)
SHAPES = {name: kind.shape for name, kind in KINDS.items()}
