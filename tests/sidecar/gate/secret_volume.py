"""A directory laid out and updated as kubelet does with a Secret volume."""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_numbers = itertools.count()


class SecretVolume:
    """Names are links into `..data`, itself a link to a directory that an update replaces."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def update(self, files: Mapping[str, bytes]) -> None:
        """Give the volume this content, as an update of the Secret would."""
        version = self.directory / f"..2026_01_31_{next(_numbers)}"
        version.mkdir()
        for name, content in files.items():
            (version / name).write_bytes(content)
        data = self.directory / "..data"
        before = data.readlink() if data.is_symlink() else None
        temporary = self.directory / "..data_tmp"
        temporary.symlink_to(version.name)
        temporary.replace(data)
        for name in files:
            if not (self.directory / name).is_symlink():
                (self.directory / name).symlink_to(f"..data/{name}")
        for entry in os.scandir(self.directory):
            if entry.is_symlink() and not entry.name.startswith("..") and entry.name not in files:
                Path(entry.path).unlink()
        if before is not None:
            shutil.rmtree(self.directory / before)
