"""A pod's start as the API server tells it, in the parts that the timeline reads."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from forge_manager.commands.timeline.observations import Observations

Object = dict[str, Any]


def clock(seconds: float) -> str:
    """Return a time of the sample day; whole seconds as Kubernetes writes them."""
    whole, fraction = divmod(round(seconds * 1000), 1000)
    text = f"2026-01-31T12:{whole // 60:02}:{whole % 60:02}"
    return f"{text}.{fraction:03}Z" if fraction else f"{text}Z"


def log_line(seconds: float, **fields: str) -> str:
    return json.dumps({"timestamp": clock(seconds), "level": "INFO", **fields})


def gate_line(seconds: float, status: str, reason: str, detail: str) -> str:
    return log_line(seconds, message="startup gate", status=status, reason=reason, detail=detail)


def condition(kind: str, seconds: float, status: str = "True") -> Object:
    return {"type": kind, "status": status, "lastTransitionTime": clock(seconds)}


def event(reason: str, seconds: float, container: str, message: str = "", count: int = 1) -> Object:
    return {
        "reason": reason,
        "message": message,
        "count": count,
        "firstTimestamp": clock(seconds),
        "eventTime": None,
        "involvedObject": {"fieldPath": f"spec.containers{{{container}}}"},
    }


def running(name: str, seconds: float, **more: object) -> Object:
    return {
        "name": name,
        "restartCount": 0,
        "state": {"running": {"startedAt": clock(seconds)}},
        **more,
    }


def terminated(seconds: float, code: int) -> Object:
    return {"terminated": {"finishedAt": clock(seconds), "exitCode": code}}


def pod(
    *, conditions: list[Object], init_statuses: list[Object], node: Object | None = None
) -> Object:
    return {
        "metadata": {"name": "pool-0", "namespace": "stake", "creationTimestamp": clock(0)},
        "spec": {
            "nodeName": "worker-1",
            "volumes": [],
            "containers": [{"name": "cardano-node"}],
        },
        "status": {
            "conditions": conditions,
            "initContainerStatuses": init_statuses,
            "containerStatuses": [node] if node else [],
        },
    }


def late_secret() -> Observations:
    """The Secret comes after 20 s, reaches the pod after 57, and the node starts once."""
    setup = {"name": "init-cardano-setup", "restartCount": 0, "state": terminated(1, 0)}
    return Observations(
        pod=pod(
            conditions=[
                condition("PodScheduled", 0),
                condition("Initialized", 58),
                condition("Ready", 61),
            ],
            init_statuses=[setup, running("cardano-forge-manager", 2, started=True)],
            node=running("cardano-node", 58),
        ),
        events=[
            event("Unhealthy", 3, "cardano-forge-manager", "Startup probe failed: statuscode: 503"),
            event("Unhealthy", 59, "cardano-node", "Readiness probe failed: statuscode: 503"),
        ],
        secrets={"pool-keys": clock(20)},
        delivered=datetime.fromisoformat(clock(56.5)).timestamp(),
        manager_log="\n".join(
            [
                "a line that is no JSON",
                log_line(2.5, message="listening", port="8000"),
                log_line(2.6, message="credential check failed", reason="SourceMissing"),
                gate_line(2.625, "not_ready", "SourceMissing", "no kes.skey"),
                gate_line(57.25, "ready", "CredentialsProvisioned", "in place"),
            ]
        ),
        node_log="",
    )


def looping_node() -> Observations:
    """Without the gate the node starts at once, exits, and starts again."""
    node = running("cardano-node", 19)
    node |= {"restartCount": 3, "lastState": terminated(6, 1)}
    return Observations(
        pod=pod(
            conditions=[condition("PodScheduled", 0), condition("Initialized", 2)],
            init_statuses=[running("cardano-forge-manager", 2)],
            node=node,
        ),
        events=[event("Started", 2, "cardano-node", count=4)],
        secrets={},
        delivered=None,
        manager_log="",
        node_log="start\ncardano-node: no key\n",
    )


def report(seconds: float, pod: str, reason: str, action: str, note: str = "Said") -> Object:
    """An Event of a manager, as the older API shows it."""
    return {
        "reason": reason,
        "message": note,
        "action": action,
        "eventTime": clock(seconds),
        "firstTimestamp": None,
        "reportingComponent": "cardano.io/forge-manager",
        "involvedObject": {"name": pod},
    }


def xml(text: str) -> ET.Element:
    """A picture that we wrote, read again."""
    return ET.fromstring(text)  # noqa: S314 (our own)


def hand_over(at: float, source: str, target: str) -> list[Object]:
    """One pod is told to hand over, and another one forges 2.5 s later."""
    return [
        report(at, source, "HandingOver", "SwitchingOff"),
        report(at + 0.5, source, "OffConfirmed", "Standby"),
        report(at + 2, target, "LeaseAcquired", "SwitchingOn"),
        report(at + 2.5, target, "ForgingConfirmed", "Forging"),
    ]
