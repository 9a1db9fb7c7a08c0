"""kubectl with a deadline: one namespace of one cluster."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from devkit import steps

if TYPE_CHECKING:
    from collections.abc import Mapping

Object = dict[str, Any]


@dataclass(frozen=True)
class Kubectl:
    """Runs kubectl; without a kubeconfig it finds the cluster as kubectl itself does."""

    namespace: str
    kubeconfig: Path | None = None
    binary: Path = Path("kubectl")

    def run(self, *arguments: str, text: str | None = None, deadline_s: float = 30) -> str:
        """Run one command and return its output. Raises devkit.steps.StepError."""
        return steps.capture(
            self.command(*arguments),
            what=f"kubectl {arguments[0]}",
            deadline_s=deadline_s,
            env=self.environment(),
            text=text,
        )

    def get(self, kind: str, name: str) -> Object:
        """Return one object."""
        found: Object = json.loads(self.run("get", kind, name, "--output=json"))
        return found

    def items(self, kind: str, *arguments: str) -> list[Object]:
        """Return the objects of a kind."""
        found: list[Object] = json.loads(self.run("get", kind, *arguments, "--output=json"))[
            "items"
        ]
        return found

    def apply(self, manifest: Object) -> None:
        """Create or change an object."""
        self.run("apply", "--filename=-", text=json.dumps(manifest))

    def logs(self, pod: str, container: str, *, previous: bool = False) -> str:
        """Return a container's log; nothing when it has not run (or not before)."""
        arguments = ["logs", pod, f"--container={container}"]
        if previous:
            arguments.append("--previous")
        try:
            return self.run(*arguments)
        except steps.StepError:
            return ""

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of a kubectl call."""
        return [str(self.binary), f"--namespace={self.namespace}", *arguments]

    def environment(self) -> Mapping[str, str]:
        """Return what its environment needs besides ours."""
        return {"KUBECONFIG": str(self.kubeconfig)} if self.kubeconfig else {}
