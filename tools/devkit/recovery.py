"""Decides what to do with what is left of a cluster; others do it."""

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Any


class Action(enum.Enum):
    """What brings about the cluster that is wanted."""

    CREATE = "create it"
    REUSE = "use it"
    RESTART = "start its nodes again"
    RECREATE = "delete and recreate it"


@dataclass(frozen=True)
class Node:
    """A node's container: its name, Docker's word for its state, when it was last started."""

    name: str
    state: str
    started: datetime


@dataclass(frozen=True)
class Decision:
    """An action and the reason shown to a person."""

    action: Action
    reason: str


def decide(
    found: list[Node], *, expected: tuple[str, ...], recorded: str | None, wanted: str
) -> Decision:
    """Decide from the containers found and from two keys of configurations.

    `recorded` is the key of the configuration that the last successful creation left behind (None
    when creation never ended), `wanted` that of the one asked for now.
    """
    names = {node.name for node in found}
    if not found:
        return Decision(Action.CREATE, "there is none")
    if recorded is None:
        return Decision(Action.RECREATE, "its creation was interrupted, or something else made it")
    if recorded != wanted:
        return Decision(
            Action.RECREATE, "it has a different node image, number of nodes or configuration"
        )
    if gone := sorted(set(expected) - names):
        return Decision(Action.RECREATE, f"missing: {', '.join(gone)}")
    if halted := sorted(
        f"{node.name} is {node.state}" for node in found if node.state != "running"
    ):
        return Decision(Action.RESTART, ", ".join(halted))
    return Decision(Action.REUSE, "all its nodes run")


def ready_since_start(containers: list[Node], nodes: list[dict[str, Any]]) -> bool:
    """Say whether each container's Node object is Ready by its kubelet's own, present word.

    After a restart the API server still shows what was reported before it, for up to 50 s; so the
    report has to be younger than the container.
    """
    reports = {node["metadata"]["name"]: _ready_condition(node) for node in nodes}
    return all(
        (report := reports.get(one.name)) is not None
        and report["status"] == "True"
        # Reported in whole seconds.
        and datetime.fromisoformat(report["lastHeartbeatTime"])
        >= one.started.replace(microsecond=0)
        for one in containers
    )


def _ready_condition(node: dict[str, Any]) -> dict[str, Any] | None:
    conditions = node.get("status", {}).get("conditions", [])
    return next((one for one in conditions if one["type"] == "Ready"), None)
