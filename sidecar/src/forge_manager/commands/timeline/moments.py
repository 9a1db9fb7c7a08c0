"""Turns what the cluster says into what happened when. Pure: no clock, no cluster."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING

from forge_manager.commands.timeline.gate import gate_changes
from forge_manager.commands.timeline.observations import MANAGER, NODE, SETUP, Object, Observations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Stage(IntEnum):
    """The order in which events cause one another; it decides within one second."""

    POD_CREATED = 0
    SCHEDULED = 1
    SETUP_ENDED = 2
    MANAGER_ENDED = 3
    MANAGER_STARTED = 4
    GATE_SHUT = 5
    PROBE_FAILED = 6
    SECRET_CREATED = 7
    SECRET_DELIVERED = 8
    GATE_OPEN = 9
    PROBE_PASSED = 10
    NODE_ENDED = 11
    NODE_STARTED = 12
    POD_READY = 13


@dataclass(frozen=True)
class Moment:
    """Something that happened. Kubernetes tells whole seconds, logs milliseconds."""

    at: datetime
    stage: Stage
    what: str
    whole_second: bool = True


def moments(seen: Observations) -> list[Moment]:
    """Return all that is known of the pod's start, in order."""
    found = [
        *_pod(seen.pod),
        *_setup(seen.pod),
        *_manager(seen),
        *_node(seen),
        *_probe_failures(seen.events),
        *_gate(seen.manager_log),
        *_secrets(seen),
    ]
    return sorted(found, key=lambda m: (m.at.replace(microsecond=0), m.stage, m.at))


def container_statuses(pod: Object) -> list[Object]:
    """Return the statuses of all containers, init containers first."""
    status = pod["status"]
    return [*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])]


def _pod(pod: Object) -> Iterator[Moment]:
    yield Moment(_time(pod["metadata"]["creationTimestamp"]), Stage.POD_CREATED, "pod created")
    node = pod["spec"].get("nodeName")
    meanings = {
        "PodScheduled": (Stage.SCHEDULED, f"scheduled on {node}"),
        # True once the init containers have ended and the sidecars have started.
        "Initialized": (Stage.PROBE_PASSED, f"{MANAGER} is started: true"),
        "Ready": (Stage.POD_READY, "pod ready"),
    }
    for condition in pod["status"].get("conditions", []):
        if condition["type"] in meanings and condition["status"] == "True":
            stage, what = meanings[condition["type"]]
            yield Moment(_time(condition["lastTransitionTime"]), stage, what)


def _setup(pod: Object) -> Iterator[Moment]:
    if ended := _status(pod, SETUP).get("state", {}).get("terminated"):
        what = f"{SETUP} ended with exit code {ended['exitCode']}"
        yield Moment(_time(ended["finishedAt"]), Stage.SETUP_ENDED, what)


def _manager(seen: Observations) -> Iterator[Moment]:
    yield from _starts(seen, MANAGER, Stage.MANAGER_STARTED)
    for ended in _ends(seen.pod, MANAGER):
        what = f"{MANAGER} ended with exit code {ended['exitCode']}"
        yield Moment(_time(ended["finishedAt"]), Stage.MANAGER_ENDED, what)


def _node(seen: Observations) -> Iterator[Moment]:
    yield from _starts(seen, NODE, Stage.NODE_STARTED)
    for ended in _ends(seen.pod, NODE):
        what = f"{NODE} ended with exit code {ended['exitCode']}"
        if said := seen.node_log.strip():
            what += f", saying: {said.splitlines()[-1]}"
        yield Moment(_time(ended["finishedAt"]), Stage.NODE_ENDED, what)


def _starts(seen: Observations, name: str, stage: Stage) -> Iterator[Moment]:
    """Give the first start and the last; Kubernetes forgets those between."""
    status = _status(seen.pod, name)
    restarts = status.get("restartCount", 0)
    begun = status.get("state", {}).get("running")
    if restarts and (first := _first_start(seen.events, name)):
        yield Moment(first, stage, f"{name} started")
    if begun:
        again = f" again (restart {restarts})" if restarts else ""
        yield Moment(_time(begun["startedAt"]), stage, f"{name} started{again}")


def _ends(pod: Object, name: str) -> Iterator[Object]:
    status = _status(pod, name)
    for state in ("lastState", "state"):
        if ended := status.get(state, {}).get("terminated"):
            yield ended


def _first_start(events: Sequence[Object], name: str) -> datetime | None:
    times = [
        _event_time(event)
        for event in events
        if event["reason"] == "Started" and _container(event) == name
    ]
    return min(times, default=None)


def _probe_failures(events: Sequence[Object]) -> Iterator[Moment]:
    for event in events:
        message = event.get("message", "")
        if _container(event) == MANAGER and message.startswith("Startup probe failed"):
            times = event.get("count") or 1
            what = f"kubelet: {message[0].lower()}{message[1:]} ({times} x, first here)"
            yield Moment(_event_time(event), Stage.PROBE_FAILED, what)


def _gate(manager_log: str) -> Iterator[Moment]:
    for change in gate_changes(manager_log):
        stage = Stage.GATE_OPEN if change.open else Stage.GATE_SHUT
        what = f"/startup-status {200 if change.open else 503} {change.reason}"
        yield Moment(change.at, stage, f"{what}: {change.detail}", whole_second=False)


def _secrets(seen: Observations) -> Iterator[Moment]:
    for name, created in seen.secrets.items():
        yield Moment(_time(created), Stage.SECRET_CREATED, f"Secret {name} created")
    if seen.delivered is not None:
        at = datetime.fromtimestamp(seen.delivered, UTC)
        what = "Secret delivered to the pod by the kubelet"
        yield Moment(at, Stage.SECRET_DELIVERED, what, whole_second=False)


def _status(pod: Object, name: str) -> Object:
    return next((s for s in container_statuses(pod) if s["name"] == name), {})


def _container(event: Object) -> str:
    """Return the container an event is about: `spec.initContainers{name}` in its field path."""
    path: str = event["involvedObject"].get("fieldPath", "")
    return path.partition("{")[2].rstrip("}")


def _event_time(event: Object) -> datetime:
    return _time(event.get("firstTimestamp") or event["eventTime"])


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
