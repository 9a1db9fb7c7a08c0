"""Who leads, as everybody can see it, and the wish that another does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.framework.three_replicas import LEASE

if TYPE_CHECKING:
    from devkit.namespace import Namespace


def forgers(namespace: Namespace) -> list[str]:
    """Return the pods whose node shows that it forges, by their label. Raises StepError."""
    pods = namespace.items("pods", "--selector=cardano.io/forging=true")
    return [pod["metadata"]["name"] for pod in pods]


def ask_to_lead(namespace: Namespace, pod: str) -> None:
    """Ask that this pod lead, as an operator does. Raises StepError."""
    annotation = f"cardano.io/hand-over-to={pod}"
    namespace.run("annotate", "cardanoleader", LEASE, annotation)
