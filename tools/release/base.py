"""The file system below the program: Debian's packages, extracted and never started."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from devkit import debian, rootfs, steps
from devkit.steps import StepError

if TYPE_CHECKING:
    from release.platforms import Platform

PACKAGES = ("ca-certificates", "python3")
#: Debian bookworm's. The bytecode of the image is of this version.
PYTHON = "3.11"
INTERPRETER = f"usr/bin/python{PYTHON}"
_CERTIFICATES = "usr/share/ca-certificates/mozilla"
_BUNDLE = "etc/ssl/certs/ca-certificates.crt"
# Of no use to a program, or (the caches) different each time.
_LEFT_OUT = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info", "var", "dev")
# Bookworm's packages expect /bin and the like to lead into /usr; this makes them do so.
_MERGED = "/usr/share/mmdebstrap/hooks/merged-usr"
_DEADLINE_S = 15 * 60.0


def extract(platform: Platform, folder: Path) -> Path:
    """Return an archive of what the packages hold for this processor. No program of them is run.

    Raises:
        StepError: this machine is no Debian, or a package could not be fetched.

    """
    if not debian.can_install():
        raise StepError("the base is put together from Debian's packages: run as root on Debian")
    sources = folder / "sources.list"
    sources.write_text(rootfs.sources_list(debian.mirrors_here()))
    archive = folder / f"base-{platform.name}.tar"
    with steps.step(f"extracting Debian {rootfs.RELEASE} for {platform.name}"):
        steps.run(
            [
                *("mmdebstrap", "--mode=root", "--variant=extract", f"--hook-dir={_MERGED}"),
                *(f"--architectures={platform.name}", f"--include={','.join(PACKAGES)}"),
                *(rootfs.RELEASE, archive, sources),
            ],
            what=f"mmdebstrap {platform.name}",
            deadline_s=_DEADLINE_S,
        )
    return archive


def is_kept(path: str) -> bool:
    """Say whether a file of the packages belongs into the image."""
    return not any(PurePosixPath(path).is_relative_to(folder) for folder in _LEFT_OUT)


def configured(archive: tarfile.TarFile) -> tarfile.TarFile:
    """Return what Debian's packages write when they are configured, as far as it is needed.

    The certificates in one file, and the interpreter closed: a process whose program its user may
    run but not read is closed to others of that user (Dockerfile).
    """
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as written:
        certificates = [
            member
            for member in archive
            if member.isreg() and _CERTIFICATES in member.name and member.name.endswith(".crt")
        ]
        if not certificates:
            raise StepError(f"the packages hold no certificates in {_CERTIFICATES}")
        bundle = b"".join(
            _content(archive, member).rstrip(b"\n") + b"\n"
            for member in sorted(certificates, key=lambda member: member.name)
        )
        _add(written, _BUNDLE, bundle, 0o644)
        closed = next((m for m in archive if m.name.removeprefix("./") == INTERPRETER), None)
        if closed is None:
            raise StepError(f"the packages hold no {INTERPRETER}")
        _add(written, INTERPRETER, _content(archive, closed), 0o111)
    made.seek(0)
    return tarfile.open(fileobj=made)


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    return file.read() if file else b""


def _add(written: tarfile.TarFile, path: str, content: bytes, mode: int) -> None:
    member = tarfile.TarInfo(path)
    member.size, member.mode = len(content), mode
    written.addfile(member, io.BytesIO(content))
