"""Read the three source files as one consistent snapshot.

They usually lie on a Secret volume: `kes.skey -> ..data/kes.skey`, `..data -> ..<timestamp>/`, and
an update swaps `..data` (kubelet's AtomicWriter). They may also be late, partial or hostile.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forge_manager.base.bounded_file import (
    SIGNING_FILE_BYTES,
    NotAFileError,
    read_regular,
    real_path,
)
from forge_manager.base.reasons import Reason
from forge_manager.credentials.checks import CredentialSet
from forge_manager.credentials.verdict import RejectionError

if TYPE_CHECKING:
    from forge_manager.credentials.paths import CredentialPaths

_ATTEMPTS = 3

#: Identifies one version of one file: where it really is, and what stat says about it.
Signature = tuple[str, int, int, int, int, int] | tuple[str, int]


@dataclass(frozen=True)
class Snapshot:
    """Contents that were in place together, and the signature of that moment."""

    files: CredentialSet
    signature: tuple[Signature, ...]


def signature(paths: CredentialPaths) -> tuple[Signature, ...]:
    """Return a cheap value that changes whenever one of the files does."""
    return tuple(_signature(path) for path in paths.by_file().values())


def read_snapshot(paths: CredentialPaths) -> Snapshot:
    """Read all three files; if they change meanwhile, read them again, but only a few times."""
    for _ in range(_ATTEMPTS):
        before = signature(paths)
        files = CredentialSet(
            kes=_read_or_reject(paths.kes),
            vrf=_read_or_reject(paths.vrf),
            op_cert=_read_or_reject(paths.op_cert),
        )
        if signature(paths) == before:
            return Snapshot(files, before)
    changing = RejectionError(
        Reason.SOURCE_CHANGING, "the source files are still changing; waiting until they settle"
    )
    return Snapshot(CredentialSet(changing, changing, changing), ())


def read_file(path: Path) -> bytes:
    """Read one file of at most SIGNING_FILE_BYTES. Raises RejectionError.

    A link is followed if it stays below the file's own directory; directories, devices, sockets and
    FIFOs are refused without being opened for data.
    """
    try:
        return _read(path)
    except RejectionError:
        raise
    except FileNotFoundError:
        raise RejectionError(
            Reason.SOURCE_MISSING,
            f"{path} does not exist yet; create the Secret, or correct its key names",
        ) from None
    except OSError as error:
        raise RejectionError(
            Reason.SOURCE_UNREADABLE,
            f"{path} cannot be read: {error.strerror}; check its owner and mode (uid "
            f"{os.geteuid()} reads it)",
        ) from None


def _read(path: Path) -> bytes:
    # One path component below its directory, resolved: what the kernel opens is what was checked.
    real = Path(os.path.realpath(path, strict=True))
    mount = Path(os.path.realpath(path.parent, strict=True))
    if not real.is_relative_to(mount):
        raise RejectionError(
            Reason.SOURCE_OUTSIDE_MOUNT,
            f"{path} is a link that points outside {path.parent}; put the file itself there",
        )
    try:
        content = read_regular(real, SIGNING_FILE_BYTES + 1)
    except NotAFileError:
        raise RejectionError(
            Reason.SOURCE_NOT_A_FILE,
            f"{path} is not a regular file (a directory, FIFO, socket or device); put the file "
            "itself there",
        ) from None
    if not content:
        raise RejectionError(
            Reason.SOURCE_EMPTY, f"{path} is empty; fill in the Secret's value for it"
        )
    if len(content) > SIGNING_FILE_BYTES:
        raise RejectionError(
            Reason.SOURCE_TOO_LARGE,
            f"{path} is larger than {SIGNING_FILE_BYTES} bytes, so it is not a signing file",
        )
    return content


def _read_or_reject(path: Path) -> bytes | RejectionError:
    try:
        return read_file(path)
    except RejectionError as rejection:
        return rejection


def _signature(path: Path) -> Signature:
    real = real_path(path)
    try:
        found = os.stat(real)  # noqa: PTH116 (a str from realpath)
    except OSError as error:
        return (real, error.errno or 0)
    return (
        real,
        found.st_dev,
        found.st_ino,
        found.st_mtime_ns,
        found.st_ctime_ns,
        found.st_size,
    )
