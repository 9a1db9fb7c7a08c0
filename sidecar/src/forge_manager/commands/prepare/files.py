"""Read and write configuration files: bounded, whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from forge_manager.commands.prepare.errors import PrepareError

if TYPE_CHECKING:
    from pathlib import Path

#: The largest of them, mainnet's Byron genesis, has about 1 MiB.
MAX_BYTES = 16 * 1024 * 1024

_MODE = 0o644  # public facts; the node may run as another user of the pod


def read_if_present(path: Path) -> bytes | None:
    """Return a file's content, None when there is no such file. Raises PrepareError."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PrepareError(f"{path} cannot be read: {error.strerror}") from None
    if len(content) > MAX_BYTES:
        raise PrepareError(f"{path} is larger than {MAX_BYTES} bytes, so it is not the right file")
    return content


def write_atomically(path: Path, content: bytes) -> None:
    """Put a file in place in one step, making its directory. Raises PrepareError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                _chmod(file.fileno(), path)
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise PrepareError(
            f"{path} cannot be written: {error.strerror}; its volume must be writable for uid "
            f"{os.geteuid()} and have free space"
        ) from None


def _chmod(descriptor: int, path: Path) -> None:
    try:
        os.fchmod(descriptor, _MODE)
    except PermissionError as error:
        if os.fstat(descriptor).st_mode & _MODE == _MODE:
            return  # as the mount has it
        raise PrepareError(
            f"{path}: its volume refuses chmod {_MODE:o} ({error.strerror}), as SMB does; mount it "
            f"with file_mode={_MODE:04o}, or use another volume"
        ) from None
