"""The file system below the program: Debian's packages, extracted and never started."""

from __future__ import annotations

import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from devkit import debian, rootfs, steps
from devkit.images import RUNTIME_PACKAGES
from devkit.steps import StepError

if TYPE_CHECKING:
    from release.platforms import Platform


@dataclass(frozen=True)
class Extracted:
    """What the packages hold, and what each says about itself, in a file with its name."""

    folder: Path
    records: Path


#: Debian bookworm's. The bytecode of the image is of this version.
PYTHON = "3.11"
INTERPRETER = f"usr/bin/python{PYTHON}"
_LIBRARY = f"usr/lib/python{PYTHON}"
_CERTIFICATES = "usr/share/ca-certificates/mozilla"
_BUNDLE = "etc/ssl/certs/ca-certificates.crt"
#: What each package says about itself, in a file with its name: scanners look there for packages
#: that dpkg has not installed.
RECORDS = "var/lib/dpkg/status.d"
# base-files says which Debian it is.
_PACKAGES = ("base-files", *RUNTIME_PACKAGES)
# Only at this time does mmdebstrap(1) have the packages' archives.
_RECORD = """\
#!/bin/sh
set -e
for archive in "$1"/var/cache/apt/archives/*.deb; do
  name=$(dpkg-deb --show --showformat='${{Package}}' "$archive")
  {{
    dpkg-deb --field "$archive"
    printf 'SHA256: %s\n' "$(sha256sum < "$archive" | cut -d ' ' -f 1)"
  }} > {records}/"$name"
done
"""
# Of no use to a program, or this machine's own, which mmdebstrap(1) copies for its use.
_LEFT_OUT = (
    *("usr/share/man", "usr/share/locale", "usr/share/info", "var", "dev"),
    *("etc/resolv.conf", "etc/hostname", "etc/hosts", "etc/apt", "etc/fstab"),
)
# Of the documentation, what must go with the programs.
_DOCUMENTS, _LICENCE = "usr/share/doc", "copyright"
# Bookworm's packages expect /bin and the like to lead into /usr; this makes them do so.
_MERGED = "/usr/share/mmdebstrap/hooks/merged-usr"
_DEADLINE_S = 15 * 60.0
# Not all of the library compiles, on purpose: templates are in it.
_COMPILER = """
import compileall, py_compile, sys
folder, installed = sys.argv[1:]
unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
compileall.compile_dir(
    folder, quiet=2, stripdir=folder, prependdir=installed, invalidation_mode=unchecked
)
"""


def extract(platform: Platform, scratch: Path) -> Extracted:
    """Return what the packages hold for this processor. No program of them is run.

    Raises:
        StepError: this machine is not a Debian with security updates, or a package could not be
        fetched.

    """
    if not debian.can_install():
        raise StepError("the base is assembled from Debian's packages: run as root on Debian")
    mirrors = debian.mirrors_here()
    if "security" not in mirrors:
        raise StepError(
            f"this machine's package sources lack {rootfs.RELEASE}-security, and an image without "
            "security updates must not be released: add it to /etc/apt/sources.list"
        )
    if not shutil.which("mmdebstrap"):
        debian.install(["mmdebstrap"], why="to extract base images")
    sources = scratch / "sources.list"
    sources.write_text(rootfs.sources_list(mirrors))
    folder, records = scratch / f"base-{platform.name}", scratch / f"records-{platform.name}"
    records.mkdir()
    hook = scratch / f"record-{platform.name}"
    hook.write_text(_RECORD.format(records=shlex.quote(str(records))))
    hook.chmod(0o755)
    with steps.step(f"extracting Debian {rootfs.RELEASE} for {platform.name}"):
        steps.run(
            [
                *("mmdebstrap", "--mode=root", "--variant=extract", "--format=directory"),
                *(f"--hook-dir={_MERGED}", f"--architectures={platform.name}"),
                *(f"--include={','.join(_PACKAGES)}", f"--extract-hook={hook}"),
                *(rootfs.RELEASE, folder, sources),
            ],
            what=f"mmdebstrap {platform.name}",
            deadline_s=_DEADLINE_S,
        )
    return Extracted(folder, records)


def settle(extracted: Extracted) -> None:
    """Leave out what no program needs, and do what Debian's packages do when they are configured.

    Only what is needed: the certificates in one file, bytecode of the library, and an unreadable
    interpreter: a process whose program its user may run but not read is closed to that user's
    other processes (Dockerfile).

    Raises:
        StepError: the packages lack something of it.

    """
    folder = extracted.folder
    for path in _LEFT_OUT:
        _remove(folder / path)
    shutil.copytree(extracted.records, folder / RECORDS)
    for document in sorted((folder / _DOCUMENTS).rglob("*"), reverse=True):
        if document.name != _LICENCE and not (document.is_dir() and any(document.iterdir())):
            _remove(document)
    certificates = sorted((folder / _CERTIFICATES).glob("*.crt"))
    interpreter, library = folder / INTERPRETER, folder / _LIBRARY
    if not certificates:
        raise StepError(f"the packages hold no certificates in {_CERTIFICATES}")
    if not interpreter.is_file():
        raise StepError(f"the packages hold no {INTERPRETER}")
    bundle = folder / _BUNDLE
    bundle.parent.mkdir(parents=True, exist_ok=True)
    bundle.write_bytes(b"".join(each.read_bytes().rstrip(b"\n") + b"\n" for each in certificates))
    _compile(library)
    interpreter.chmod(0o111)


def _compile(library: Path) -> None:
    """Write bytecode with a fresh Python: what it writes depends on what ran in it before."""
    steps.run(
        # Alone: none of PYTHON's variables is to change what is made.
        [f"python{PYTHON}", "-I", "-B", "-c", _COMPILER, library, f"/{_LIBRARY}"],
        what="compile the library",
        deadline_s=_DEADLINE_S,
    )


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
