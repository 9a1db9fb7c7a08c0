"""An image that somebody changed: one more layer."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

from tests.e2e.release.released import run

if TYPE_CHECKING:
    from pathlib import Path


def add_layer(image: str, changed: str, folder: Path) -> None:
    """Put one more file into the image's first platform, under another tag."""
    layer = folder / "layer.tar"
    with tarfile.open(layer, "w") as archive:
        content = b"print('hello')\n"
        member = tarfile.TarInfo("opt/forge-manager/lib/sitecustomize.py")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    done = run(
        *("crane", "append", "--platform=linux/amd64"),
        *(f"--base={image}", f"--new_layer={layer}", f"--new_tag={changed}"),
    )
    assert done.returncode == 0, done.stderr
