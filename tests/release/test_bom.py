"""The bill of materials of the sidecar's image."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from release import bom

HASHES = ["a" * 64, "b" * 64]
LOCKED = f"Some_Name==1.2 \\\n    --hash=sha256:{HASHES[0]} \\\n    --hash=sha256:{HASHES[1]}\n"


DEB = """\
Package: libstd
Version: 1:2.0+b1~1
Architecture: arm64
Description: one
 two
SHA256: ab
"""


def test_a_package_has_its_address_and_every_hash_that_is_accepted() -> None:
    (found,) = bom.python_packages(LOCKED)
    assert (found["name"], found["version"], found["purl"]) == (
        "Some_Name",
        "1.2",
        "pkg:pypi/some-name@1.2",
    )
    assert [file["hashes"][0]["content"] for file in found["externalReferences"]] == HASHES


def test_a_package_without_a_hash_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"other==2 is locked without a hash"):
        list(bom.python_packages(f"{LOCKED}other==2\n"))


def test_a_package_of_debian_stands_once_for_each_processor(tmp_path: Path) -> None:
    records: list[Path] = []
    for processor in ("arm64", "amd64", "arm64"):
        record = tmp_path / f"{len(records)}"
        record.write_text(DEB.replace("arm64", processor))
        records.append(record)
    found = bom.bill("an-image", "1", bom.debian_packages(records))
    assert [each["purl"] for each in found["components"]] == [
        f"pkg:deb/debian/libstd@1:2.0%2Bb1~1?arch={processor}&distro=debian-12&upstream=libstd"
        for processor in ("arm64", "amd64")
    ]
    assert found["components"][0]["hashes"] == [{"alg": "SHA-256", "content": "ab"}]


def test_a_package_names_the_source_that_advisories_are_about(tmp_path: Path) -> None:
    record = tmp_path / "record"
    record.write_text(f"{DEB}Source: std (2.0)\n")
    (found,) = bom.debian_packages([record])
    assert found["purl"].endswith("upstream=std")


def test_every_locked_package_of_the_sidecar_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    bom.main()
    printed = json.loads(capsys.readouterr().out)
    lines = (bom.SIDECAR / "requirements.txt").read_text()
    locked = set(re.findall(r"^(\S+)==", lines, re.MULTILINE))
    assert {component["name"] for component in printed["components"]} == locked
    assert printed["metadata"]["component"]["name"] == "cardano-forge-manager"
