"""Asks a cluster through kubectl, with the kubeconfig named each time."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devkit import paths, steps
from devkit.steps import StepError

# Of one request; the API server's own limit for ordinary ones is a minute.
_REQUEST_TIMEOUT = "--request-timeout=15s"


@dataclass(frozen=True)
class Kubectl:
    """kubectl bound to one cluster."""

    program: Path
    kubeconfig: Path

    def text(self, *arguments: str, stdin: str | None = None, deadline_s: float = 60) -> str:
        """Run kubectl and return its output.

        Raises:
            StepError: it failed; with what it said.

        """
        return steps.capture(
            [
                self.program,
                "--kubeconfig",
                self.kubeconfig,
                _REQUEST_TIMEOUT,
                *_cache_option(),
                *arguments,
            ],
            what=f"kubectl {arguments[0]}",
            text=stdin,
            deadline_s=deadline_s,
        )

    def items(self, kind: str, *arguments: str) -> list[dict[str, Any]]:
        """Return the objects of a kind, or none when the API server does not answer."""
        try:
            answer = json.loads(self.text("get", kind, "--output=json", *arguments))
        except (StepError, ValueError):
            return []
        found: list[dict[str, Any]] = answer.get("items", [])
        return found

    def overview(self) -> str:
        """Return nodes, pods and the last events, to show a person what is wrong."""
        parts = []
        for arguments in (
            ("get", "nodes,pods", "--all-namespaces", "--output=wide"),
            ("get", "events", "--all-namespaces", "--sort-by=.lastTimestamp"),
        ):
            try:
                parts.append("\n".join(self.text(*arguments).splitlines()[-25:]))
            except StepError as error:
                parts.append(str(error))
        return "\n".join(parts)


def _cache_option() -> list[str]:
    # Else in the home directory, where `clean` would leave it.
    return ["--cache-dir", str(paths.cache().root / "kubectl")]


def is_available(deployment: dict[str, Any]) -> bool:
    """Say whether all replicas of a Deployment object are available and of its last revision."""
    status = deployment.get("status", {})
    wanted: int = deployment["spec"].get("replicas", 1)
    available: int = status.get("availableReplicas", 0)
    observed: int = status.get("observedGeneration", 0)
    generation: int = deployment["metadata"].get("generation", 0)
    return observed >= generation and available >= wanted
