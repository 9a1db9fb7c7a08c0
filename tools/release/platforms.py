"""The processors that the image is made for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_ELF = b"\x7fELF"
# Of an ELF file's header: where the machine stands (elf(5)). Both processors are little-endian.
_MACHINE = slice(18, 20)


@dataclass(frozen=True)
class Platform:
    """One processor under Linux, by the name that Debian and the OCI give it."""

    name: str
    #: As Python's wheels name it.
    wheels: str
    #: e_machine of its ELF files (elf(5)).
    machine: int

    def wheel_tags(self) -> list[str]:
        """Return the platform tags whose wheels run on it (PEP 600; glibc 2.28 or newer)."""
        releases = ("manylinux_2_28", "manylinux_2_17", "manylinux2014")
        return [f"{release}_{self.wheels}" for release in releases]


PLATFORMS = (
    Platform("amd64", "x86_64", 62),
    Platform("arm64", "aarch64", 183),
)


def machine_of(content: bytes) -> int | None:
    """Return the machine that an ELF file is for; None if it is not an ELF file."""
    return int.from_bytes(content[_MACHINE], "little") if content.startswith(_ELF) else None


def foreign(files: Iterable[Path], platform: Platform) -> list[Path]:
    """Return the programs and libraries among `files` that are for another processor."""
    found = []
    for file in files:
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as opened:
                machine = machine_of(opened.read(_MACHINE.stop))
            if machine not in (None, platform.machine):
                found.append(file)
    return found
