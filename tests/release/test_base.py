"""What is made of Debian's packages without running any of them."""

from __future__ import annotations

import io
import tarfile

import pytest

from devkit.steps import StepError
from release import base

CERTIFICATES = "./usr/share/ca-certificates/mozilla"
WHOLE = {
    f"{CERTIFICATES}/B.crt": b"b\n",
    f"{CERTIFICATES}/A.crt": b"a",
    f"./{base.INTERPRETER}": b"\x7fELF",
}


def packages(files: dict[str, bytes]) -> tarfile.TarFile:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as written:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o755
            written.addfile(member, io.BytesIO(content))
    made.seek(0)
    return tarfile.open(fileobj=made)


def test_certificates_stand_in_one_file_and_the_interpreter_is_closed() -> None:
    with base.configured(packages(WHOLE)) as found:
        members = {member.name: (member.mode, found.extractfile(member)) for member in found}
        contents = {name: (mode, file.read()) for name, (mode, file) in members.items() if file}
    assert contents == {
        "etc/ssl/certs/ca-certificates.crt": (0o644, b"a\nb\n"),
        base.INTERPRETER: (0o111, b"\x7fELF"),
    }


@pytest.mark.parametrize("missing", WHOLE)
def test_packages_that_lack_what_is_needed_are_refused(missing: str) -> None:
    needed = {name: content for name, content in WHOLE.items() if name != missing}
    if missing.startswith(CERTIFICATES):
        needed = {f"./{base.INTERPRETER}": b""}
    with pytest.raises(StepError, match="the packages hold no"):
        base.configured(packages(needed))


@pytest.mark.parametrize(
    ("path", "kept"),
    [("usr/share/doc/a", False), ("var/lib/dpkg", False), ("usr/share/zoneinfo", True)],
)
def test_what_no_program_needs_is_left_out(path: str, kept: bool) -> None:
    assert base.is_kept(path) is kept
