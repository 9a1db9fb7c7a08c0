"""The bill of materials of the sidecar's image."""

from __future__ import annotations

import json
import re

import pytest

import sbom

NAME = "an-image"
HASHES = ["a" * 64, "b" * 64]
LOCKED = f"Some_Name==1.2 \\\n    --hash=sha256:{HASHES[0]} \\\n    --hash=sha256:{HASHES[1]}\n"


def test_a_package_has_its_address_and_every_hash_that_is_accepted() -> None:
    (found,) = sbom.bill(LOCKED, NAME)["components"]
    assert (found["name"], found["version"], found["purl"]) == (
        "Some_Name",
        "1.2",
        "pkg:pypi/some-name@1.2",
    )
    assert [file["hashes"][0]["content"] for file in found["externalReferences"]] == HASHES


def test_a_package_without_a_hash_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"other==2 is locked without a hash"):
        sbom.bill(f"{LOCKED}other==2\n", NAME)


def test_every_locked_package_of_the_sidecar_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    sbom.main()
    printed = json.loads(capsys.readouterr().out)
    lines = (sbom.SIDECAR / "requirements.txt").read_text()
    locked = set(re.findall(r"^(\S+)==", lines, re.MULTILINE))
    assert {component["name"] for component in printed["components"]} == locked
    assert printed["metadata"]["component"]["name"] == "cardano-forge-manager"
