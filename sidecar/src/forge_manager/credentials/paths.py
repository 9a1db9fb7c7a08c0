"""Where the three signing files are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class CredentialPaths(NamedTuple):
    """Where the three signing files are, at their source or at their target."""

    kes: Path
    vrf: Path
    op_cert: Path

    def by_file(self) -> dict[str, Path]:
        """Return the paths by the file's short name, as metrics label it."""
        return {"kes": self.kes, "vrf": self.vrf, "opcert": self.op_cert}
