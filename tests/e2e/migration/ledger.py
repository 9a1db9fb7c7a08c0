"""The claim of a producer's first pod, and a file of its ledger's volume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.commands.timeline.observations import NODE
from tests.support import producer

if TYPE_CHECKING:
    from devkit.namespace import Namespace

CLAIM = f"cardano-data-{producer.NAME}-0"
CHUNK = "/data/db/immutable/00000.chunk"


def in_node(namespace: Namespace, script: str) -> str:
    """Run a shell's script in the node's container. Raises StepError."""
    return namespace.run(
        "exec", producer.POD, f"--container={NODE}", "--", "sh", "-euc", script
    ).strip()


def write(namespace: Namespace, content: str) -> None:
    """Have a file in the ledger's database. Raises StepError."""
    in_node(namespace, f"mkdir -p $(dirname {CHUNK}); echo {content} > {CHUNK}")


def read(namespace: Namespace) -> str:
    """Return what is in that file. Raises StepError when it is not there."""
    return in_node(namespace, f"cat {CHUNK}")


def claim_uid(namespace: Namespace) -> str:
    """Return the claim's uid: another one would be another volume. Raises StepError."""
    return namespace.run("get", "pvc", CLAIM, "--output=jsonpath={.metadata.uid}")
