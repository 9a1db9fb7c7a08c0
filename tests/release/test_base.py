"""What is made of Debian's packages without running any of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from devkit import debian
from devkit.steps import StepError
from release import base
from release.platforms import PLATFORMS

CERTIFICATES = "usr/share/ca-certificates/mozilla"
LIBRARY = f"usr/lib/python{base.PYTHON}"
PACKAGES = {
    f"{CERTIFICATES}/B.crt": "b\n",
    f"{CERTIFICATES}/A.crt": "a",
    base.INTERPRETER: "program",
    f"{LIBRARY}/json.py": "A = 1\n",
    f"{LIBRARY}/template.py": "no python at all {",
    "usr/share/doc/python3/copyright": "licence",
    "usr/share/doc/python3/changelog.gz": "",
    "usr/share/doc/empty/README": "",
    "usr/share/man/man1/python3.1": "",
    "usr/share/zoneinfo/UTC": "",
    "var/lib/dpkg/status": "",
    # What mmdebstrap brings from the machine that it runs on.
    "etc/resolv.conf": "nameserver 192.0.2.53",
    "etc/hostname": "builder",
    "etc/apt/sources.list.d/0000sources.list": "deb https://user:secret@mirror.example",
}


def packages(root: Path, without: str = "") -> base.Extracted:
    records = root.with_name("records")
    records.mkdir()
    (records / "python3").write_text("Package: python3\n")
    for name, content in PACKAGES.items():
        if not without or without not in name:
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
    return base.Extracted(root, records)


def test_what_is_needed_is_there_and_nothing_of_this_machine(tmp_path: Path) -> None:
    root = tmp_path / "root"
    base.settle(packages(root))
    found = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert found == {
        "etc/ssl/certs/ca-certificates.crt",
        f"{CERTIFICATES}/A.crt",
        f"{CERTIFICATES}/B.crt",
        base.INTERPRETER,
        f"{LIBRARY}/json.py",
        f"{LIBRARY}/template.py",
        f"{LIBRARY}/__pycache__/json.cpython-311.pyc",
        "usr/share/doc/python3/copyright",
        "usr/share/zoneinfo/UTC",
        f"{base.RECORDS}/python3",
    }
    assert (root / "etc/ssl/certs/ca-certificates.crt").read_text() == "a\nb\n"
    assert (root / base.INTERPRETER).stat().st_mode & 0o777 == 0o111


@pytest.mark.parametrize("missing", [CERTIFICATES, base.INTERPRETER])
def test_packages_that_lack_what_is_needed_are_refused(tmp_path: Path, missing: str) -> None:
    with pytest.raises(StepError, match="the packages hold no"):
        base.settle(packages(tmp_path / "root", missing))


def test_a_machine_without_security_updates_releases_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debian, "can_install", lambda: True)
    monkeypatch.setattr(debian, "mirrors_here", lambda: {"main": "http://mirror.example"})
    with pytest.raises(StepError, match="bookworm-security"):
        base.extract(PLATFORMS[0], tmp_path)
