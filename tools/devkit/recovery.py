"""What to do with what is left of a cluster: a decision apart from the doing."""

import enum
from dataclasses import dataclass


class Action(enum.Enum):
    """What brings about the cluster that is wanted."""

    CREATE = "create it"
    REUSE = "use it"
    RESTART = "start its nodes again"
    RECREATE = "delete it and create it anew"


@dataclass(frozen=True)
class Node:
    """A node's container: its name and Docker's word for its state."""

    name: str
    state: str


@dataclass(frozen=True)
class Decision:
    """An action and the reason that a person is told."""

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
        return Decision(Action.RECREATE, "its creation was interrupted, or it is of another making")
    if recorded != wanted:
        return Decision(
            Action.RECREATE, "it has another node image, number of nodes or configuration"
        )
    if gone := sorted(set(expected) - names):
        return Decision(Action.RECREATE, f"missing: {', '.join(gone)}")
    if halted := sorted(
        f"{node.name} is {node.state}" for node in found if node.state != "running"
    ):
        return Decision(Action.RESTART, ", ".join(halted))
    return Decision(Action.REUSE, "all its nodes run")
