"""Layers of an image: archives of a folder that are the same whenever they are made."""

from __future__ import annotations

import gzip
import hashlib
import io
import stat
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from devkit.steps import StepError

# Set-id bits mean nothing if no process may gain privileges, and root owns everything.
_PERMISSIONS = 0o1777


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


def write(file: Path, folder: Path, epoch: int) -> Layer:
    """Write what is in `folder` as one layer, each path below it as it stands in the image.

    In the order of their paths, owned by root, of the time `epoch` (seconds since 1970).

    Raises:
        StepError: something in it is not a file, folder or symbolic link.

    """
    with file.open("wb") as compressed:
        outer = _Digesting(compressed)
        with gzip.GzipFile("", "wb", 6, outer, mtime=0) as packed:
            inner = _Digesting(packed)
            with tarfile.open(fileobj=inner, mode="w|", format=tarfile.PAX_FORMAT) as made:
                for path in sorted(folder.rglob("*")):
                    _add(made, path, path.relative_to(folder).as_posix(), epoch)
    return Layer(
        file,
        f"sha256:{outer.sha256.hexdigest()}",
        file.stat().st_size,
        f"sha256:{inner.sha256.hexdigest()}",
    )


def _add(made: tarfile.TarFile, path: Path, name: str, epoch: int) -> None:
    status = path.lstat()
    member = tarfile.TarInfo(name)
    member.mtime, member.mode = epoch, stat.S_IMODE(status.st_mode) & _PERMISSIONS
    if stat.S_ISLNK(status.st_mode):
        member.type, member.linkname, member.mode = tarfile.SYMTYPE, str(path.readlink()), 0o777
        made.addfile(member)
    elif stat.S_ISDIR(status.st_mode):
        member.type = tarfile.DIRTYPE
        made.addfile(member)
    elif stat.S_ISREG(status.st_mode):
        member.size = status.st_size
        with path.open("rb") as content:
            made.addfile(member, content)
    else:
        raise StepError(f"{path} is not a file, folder or symbolic link, so no image can hold it")
