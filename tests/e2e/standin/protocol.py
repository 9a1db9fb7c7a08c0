"""What the node reads of its protocol's files, at its start and again at each SIGHUP.

In the order of cardano-node's `Cardano/Node/Protocol/Cardano.hs`: genesis, credentials,
checkpoints. The first that is unfit ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .checkpoints import check_checkpoints
from .credentials import Certificate, read_all
from .genesis import SlotClock, read_genesis

if TYPE_CHECKING:
    from .configuration import Configuration
    from .settings import CredentialPaths


@dataclass(frozen=True)
class Protocol:
    """What the files come to."""

    clock: SlotClock | None  # None without a configuration
    certificate: Certificate | None  # None: a relay


def read_protocol(
    configuration: Configuration | None, credentials: CredentialPaths | None
) -> Protocol:
    """Read the files. Raises StartError, MissingFileError for a credential that is not there."""
    clock = read_genesis(configuration.settings, configuration.path) if configuration else None
    certificate = read_all(credentials) if credentials else None
    if configuration is not None:
        check_checkpoints(configuration.settings, configuration.path)
    return Protocol(clock, certificate)
