"""Check the permissions of the files."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from forge_manager.base.reasons import Reason
from forge_manager.credentials.verdict import Check

if TYPE_CHECKING:
    from pathlib import Path

_EXITS = "cardano-node would not start with this very file"
_EXITED = "cardano-node warns about this very file, and before 10.5.1 would not start with it"


def kes_permissions(path: Path) -> Check:
    """Tell whether anyone but the owner may use a KES key; cardano-node does not check this."""
    return _permissions(path, of_others="", of_group="")


def vrf_permissions(path: Path) -> Check:
    """Tell whether anyone but the owner may use a VRF key, which can make the node exit.

    If others may, it exits in every version (`checkVRFFilePermissions` in Cardano.Node.Run). The
    sidecar's own copies have mode 0400, whatever mode these have.
    """
    return _permissions(path, of_others=_EXITS, of_group=_EXITED)


def _permissions(path: Path, *, of_others: str, of_group: str) -> Check:
    """Check them; `of_others` and `of_group`: what the node makes of these, if anything."""
    name = f"permissions_of_{path.name}"
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return Check(name, ok=None, detail="not checked: no such file", blocking=False)
    for_others = bool(mode & stat.S_IRWXO)
    if not for_others and not mode & stat.S_IRWXG:
        return Check(name, ok=True, detail=f"{path} has mode {mode:04o}", blocking=False)
    who, then = ("others", of_others) if for_others else ("its group", of_group)
    return Check(
        name,
        ok=False,
        detail="; ".join(
            part
            for part in (
                f"{path} has mode {mode:04o}, so {who} may use it",
                then,
                f"chmod 400 {path}",
            )
            if part
        ),
        blocking=for_others and bool(of_others),
        reason=Reason.PERMISSIONS_TOO_OPEN,
    )
