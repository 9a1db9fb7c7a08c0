"""The source, read by a separate thread: usually a Secret in memory, but it may be any volume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.aside import Aside, Elsewhere, in_a_thread
from forge_manager.base.reasons import Reason
from forge_manager.credentials.checks import CredentialSet
from forge_manager.credentials.verdict import RejectionError
from forge_manager.gate import source
from forge_manager.gate.source import Snapshot

if TYPE_CHECKING:
    from forge_manager.credentials.paths import CredentialPaths
    from forge_manager.gate.source import Signature

_PATIENCE_S = 1.0


class BoundedSource:
    """Answers within a second or two, whatever the volume does."""

    def __init__(
        self,
        paths: CredentialPaths,
        *,
        elsewhere: Elsewhere = in_a_thread,
    ) -> None:
        """`elsewhere`: see Aside."""
        self._paths = paths
        name = f"the source {paths.kes.parent}"
        self._signature = Aside(name, lambda: source.signature(paths), elsewhere=elsewhere)
        self._snapshot = Aside(name, lambda: source.read_snapshot(paths), elsewhere=elsewhere)

    @property
    def hangs(self) -> bool:
        """Whether looking at it takes too long."""
        return self._signature.hangs or self._snapshot.hangs

    def signature(self) -> tuple[Signature, ...] | None:
        """Return a value that changes whenever one of the files does (gate.source)."""
        return self._signature.wait(_PATIENCE_S)

    def snapshot(self) -> Snapshot:
        """Read all three files; a file that cannot be read in time is rejected."""
        found = self._snapshot.wait(_PATIENCE_S)
        if found is not None:
            return found
        hangs = RejectionError(
            Reason.SOURCE_HANGS,
            f"reading {self._paths.kes.parent} hangs; repair its volume, or what serves it",
        )
        return Snapshot(CredentialSet(hangs, hangs, hangs), ())
