"""The directories the pod's containers write to."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from forge_manager.commands.prepare.errors import PrepareError

if TYPE_CHECKING:
    from pathlib import Path


def ensure_writable(directory: Path, purpose: str) -> None:
    """Create a directory if it is missing and prove that files can be made in it.

    Raises PrepareError.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except (FileExistsError, NotADirectoryError):
        raise PrepareError(f"{directory} ({purpose}) is not a directory; remove the file") from None
    except OSError as error:
        raise PrepareError(
            f"{directory} ({purpose}) is not writable for uid {os.geteuid()}, gid {os.getegid()}: "
            f"{error.strerror}; set fsGroup to that gid, or mount a writable volume there"
        ) from None
