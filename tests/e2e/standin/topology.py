"""The node's topology file.

As in cardano-node's `Cardano/Node/Configuration/TopologyP2P.hs` (readTopologyFile and, at 10.6,
isValidTrustedPeerConfiguration, which ouroboros-network has since).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import StartError
from .json_files import json_object

if TYPE_CHECKING:
    from pathlib import Path


def read_topology(topology: Path) -> None:
    """Check that the node could start with this topology. Raises StartError.

    An empty list of bootstrap peers asks for a trustable local root; null and none at all mean
    that bootstrap peers are not used, and ask for nothing.
    """
    content = json_object(topology, "topology")
    for key in ("localRoots", "publicRoots"):
        if not isinstance(content.get(key), list):
            raise StartError(f"topology {topology}: {key} is not a list")
    bootstrap, roots = content.get("bootstrapPeers"), content["localRoots"]
    if not isinstance(bootstrap, list | None):
        raise StartError(f"topology {topology}: bootstrapPeers is neither a list nor null")
    assert isinstance(roots, list)
    if bootstrap == [] and not any(_is_trustable(root) for root in roots):
        raise StartError(
            f"topology {topology}: bootstrapPeers is empty and no local root is trustable; give "
            "a bootstrap peer, or a local root with trustable: true, or leave bootstrapPeers null"
        )


def _is_trustable(root: object) -> bool:
    match root:
        case {"trustable": True, "accessPoints": [_, *_]}:
            return True
        case _:
            return False
