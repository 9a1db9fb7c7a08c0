"""Layers of an image: tar archives that are the same whenever and wherever they are made."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


@dataclass(frozen=True)
class Layer:
    """A compressed archive, and what an image says of it (image-spec v1.1)."""

    file: Path
    digest: str
    size: int
    #: Of the archive before it was compressed.
    diff_id: str


class _Writable(Protocol):
    def write(self, data: bytes, /) -> int:
        """Write all of it; return its length."""


class _Digesting(io.RawIOBase):
    """Passes on what is written, and digests it."""

    def __init__(self, into: _Writable) -> None:
        self._into = into
        self.sha256 = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        chunk = bytes(data)  # type: ignore[call-overload]
        self.sha256.update(chunk)
        return self._into.write(chunk)


def write(
    file: Path, archives: Iterable[tarfile.TarFile], epoch: int, keep: Callable[[str], bool]
) -> Layer:
    """Write the members of `archives` whose path `keep` accepts as one layer.

    In the order of their paths, owned by root, none younger than `epoch` (seconds since 1970).
    """
    members: dict[str, tuple[tarfile.TarFile, tarfile.TarInfo]] = {}
    for archive in archives:
        for member in archive:
            path = member.name.removeprefix("./").rstrip("/")
            if path not in ("", ".") and keep(path):
                members[path] = (archive, member)
    with file.open("wb") as compressed:
        outer = _Digesting(compressed)
        with gzip.GzipFile("", "wb", 6, outer, mtime=0) as packed:
            inner = _Digesting(packed)
            with tarfile.open(fileobj=inner, mode="w|", format=tarfile.PAX_FORMAT) as made:
                for path, (archive, member) in sorted(members.items()):
                    content = archive.extractfile(member) if member.isreg() else None
                    made.addfile(_settled(member, path, epoch), content)
    return Layer(
        file,
        f"sha256:{outer.sha256.hexdigest()}",
        file.stat().st_size,
        f"sha256:{inner.sha256.hexdigest()}",
    )


def _settled(member: tarfile.TarInfo, path: str, epoch: int) -> tarfile.TarInfo:
    settled = tarfile.TarInfo(path)
    settled.type, settled.mode, settled.size = member.type, member.mode, member.size
    settled.linkname = member.linkname.removeprefix("./") if member.islnk() else member.linkname
    settled.devmajor, settled.devminor = member.devmajor, member.devminor
    settled.mtime = min(int(member.mtime), epoch)
    return settled
