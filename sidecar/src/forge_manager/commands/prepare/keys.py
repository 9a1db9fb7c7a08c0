"""The keys of a block producer without a manager: copies of the node's own.

Under fsGroup, the files of a Secret volume have a group permission, and cardano-node refuses such a
VRF key. Only their presence is checked: the rest is up to the producer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from forge_manager.credentials.verdict import RejectionError
from forge_manager.gate.source import read_file
from forge_manager.gate.target import TargetDirectory

if TYPE_CHECKING:
    from forge_manager.credentials.paths import CredentialPaths


class KeyPaths(NamedTuple):
    """Where the three files come from, and where the node reads them."""

    source: CredentialPaths
    target: CredentialPaths


def copy_keys(keys: KeyPaths) -> list[str]:
    """Put the three files in place, mode 0400, all or none; returns what went wrong."""
    problems: list[str] = []
    files: dict[str, bytes] = {}
    for source, target in zip(keys.source, keys.target, strict=True):
        try:
            files[target.name] = read_file(source)
        except RejectionError as rejection:
            problems.append(rejection.detail)
    if problems:
        return problems
    try:
        TargetDirectory(keys.target.kes.parent).install(files)
    except RejectionError as rejection:
        return [rejection.detail]
    return []
