"""What a person would look at first when a case fails: events, states, logs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from devkit.steps import StepError
from forge_manager.commands.timeline.moments import container_statuses

if TYPE_CHECKING:
    from devkit.namespace import Namespace

Object = dict[str, Any]
_EVENTS = 25
_LOG_LINES = 25


def diagnose(namespace: Namespace) -> str:
    """Describe a namespace: its last events, each pod's containers and their logs."""
    try:
        pods = namespace.items("pods")
        events = sorted(namespace.items("events"), key=_event_time)[-_EVENTS:]
    except StepError as error:
        return f"the cluster does not answer: {error}"
    parts = ["events:", *(f"  {_event(event)}" for event in events)]
    for pod in pods:
        parts += [f"pod {pod['metadata']['name']}: {pod['status'].get('phase')}"]
        parts += [f"  {_condition(c)}" for c in pod["status"].get("conditions", [])]
        for status in container_statuses(pod):
            parts += _container(namespace, pod["metadata"]["name"], status)
    return "\n".join(parts)


def _container(namespace: Namespace, pod: str, status: Object) -> list[str]:
    name = status["name"]
    interesting = ("started", "ready", "restartCount", "state", "lastState")
    shown = json.dumps({key: status[key] for key in interesting if key in status})
    parts = [f"  container {name}: {shown}"]
    for previous in (True, False) if status.get("restartCount") else (False,):
        lines = namespace.logs(pod, name, previous=previous).splitlines()[-_LOG_LINES:]
        parts.append(f"    {'previous log' if previous else 'log'}:")
        parts += [f"    | {line}" for line in lines]
    return parts


def _event(event: Object) -> str:
    about = event["involvedObject"]
    times = event.get("count") or 1
    message = event.get("message", "").replace("\n", " ")
    return (
        f"{_event_time(event)} {about['kind']}/{about['name']} {event['reason']} x{times} {message}"
    )


def _event_time(event: Object) -> str:
    return str(event.get("lastTimestamp") or event.get("eventTime") or "")


def _condition(condition: Object) -> str:
    reason = condition.get("reason", "")
    at = condition.get("lastTransitionTime")
    return f"{condition['type']}={condition['status']} {reason} since {at}"
