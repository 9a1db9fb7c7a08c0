"""Mounts inside our own folders, which have to go before the folders can."""

import os
import re
from pathlib import Path

from devkit import steps


def under(mountinfo: str, folder: Path) -> list[str]:
    """Return the mount points in or at `folder`, the deepest first (format: proc(5), mountinfo)."""
    points = [_unescaped(line.split()[4]) for line in mountinfo.splitlines()]
    inside = [point for point in points if Path(point).is_relative_to(folder)]
    return sorted(inside, key=len, reverse=True)


def remove(folder: Path) -> None:
    """Unmount all there is in or at `folder`; only root has put anything there."""
    if os.geteuid() == 0:
        for point in under(Path("/proc/self/mountinfo").read_text(), folder):
            steps.capture(["umount", "--lazy", point], what=f"unmount {point}")


def _unescaped(point: str) -> str:
    """Blanks and backslashes in a path are written as three octal digits."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), point)
