"""Read the files to check, and what their permissions say."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from forge_manager.credentials.verdict import Check
from forge_manager.reasons import Reason

if TYPE_CHECKING:
    from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def permission_check(path: Path) -> Check:
    """Tell whether anybody but the owner may use a secret file.

    It warns and does not block: the sidecar's own copies have mode 0400 whatever the source has.
    """
    name = f"permissions_of_{path.name}"
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return Check(name, ok=None, detail="not checked: no such file", blocking=False)
    if mode & _OTHERS:
        return Check(
            name,
            ok=False,
            detail=f"{path} has mode {mode:04o}, so others than its owner may use it, and "
            f"cardano-node refuses such a VRF key when it reads this very file; chmod 400 {path}",
            blocking=False,
            reason=Reason.PERMISSIONS_TOO_OPEN,
        )
    return Check(name, ok=True, detail=f"{path} has mode {mode:04o}", blocking=False)
