"""One namespace of a cluster, through kubectl."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from forge_manager.commands.timeline.kubectl import ClusterError

if TYPE_CHECKING:
    from collections.abc import Sequence

Object = dict[str, Any]


class Asked(Protocol):
    """What answers kubectl's command lines."""

    def text(self, *arguments: str) -> str:
        """Run one and return its output. Raises ClusterError."""


@dataclass(frozen=True)
class Namespace:
    """A namespace and how to reach its cluster. Nothing here changes anything."""

    kubectl: Asked
    name: str

    def run(self, *arguments: str) -> str:
        """Run one kubectl command in the namespace and return its output. Raises ClusterError."""
        verb, *rest = arguments
        return self.kubectl.text(verb, f"--namespace={self.name}", *rest)

    def items(self, kind: str, *arguments: str) -> Sequence[Object]:
        """Return the objects of a kind. Raises ClusterError."""
        listing = json.loads(self.run("get", kind, *arguments, "--output=json"))
        found: list[Object] = listing["items"]
        return found

    def logs(self, pod: str, container: str, *, previous: bool = False) -> str:
        """Return a container's log; nothing when it has not run (or not before)."""
        arguments = ["logs", pod, f"--container={container}"]
        if previous:
            arguments.append("--previous")
        try:
            return self.run(*arguments)
        except ClusterError:
            return ""
