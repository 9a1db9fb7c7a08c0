"""One namespace of a cluster, through kubectl."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from devkit.steps import StepError

if TYPE_CHECKING:
    from devkit.kubectl import Kubectl

Object = dict[str, Any]


@dataclass(frozen=True)
class Namespace:
    """A namespace and how to reach its cluster."""

    kubectl: Kubectl
    name: str

    def run(self, *arguments: str, text: str | None = None) -> str:
        """Run one kubectl command in the namespace and return its output. Raises StepError."""
        verb, *rest = arguments
        return self.kubectl.text(verb, f"--namespace={self.name}", *rest, stdin=text)

    def items(self, kind: str, *arguments: str) -> list[Object]:
        """Return the objects of a kind. Raises StepError."""
        listing = json.loads(self.run("get", kind, *arguments, "--output=json"))
        found: list[Object] = listing["items"]
        return found

    def apply(self, manifest: Object, *, owner: str = "kubectl") -> None:
        """Create or change an object, whose fields are then this owner's. Raises StepError.

        By the server: kubectl itself would write a copy of a Secret's data into an annotation.
        """
        self.run(
            *("apply", "--server-side", "--force-conflicts"),
            *(f"--field-manager={owner}", "--filename=-"),
            text=json.dumps(manifest),
        )

    def logs(self, pod: str, container: str, *, previous: bool = False) -> str:
        """Return a container's log; nothing when it has not run (or not before)."""
        arguments = ["logs", pod, f"--container={container}"]
        if previous:
            arguments.append("--previous")
        try:
            return self.run(*arguments)
        except StepError:
            return ""
