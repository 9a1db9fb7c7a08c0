"""Addresses of ours follow one line of Chart.yaml."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

import addresses
from addresses import Addresses

HOME = "https://github.com/some-pool/cardano-forge-manager"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("see https://github.com/OWNER/cardano-forge-manager/issues", f"see {HOME}/issues"),
        ("oci://ghcr.io/OWNER/charts/cardano-node", "oci://ghcr.io/some-pool/charts/cardano-node"),
        (
            "ghcr.io/OWNER/cardano-forge-manager:0.1.0",
            "ghcr.io/some-pool/cardano-forge-manager:2.3.4",
        ),
        ("ghcr.io/blinklabs-io/cardano-node:1.2.3", "ghcr.io/blinklabs-io/cardano-node:1.2.3"),
        ("https://github.com/OWNER/another", "https://github.com/OWNER/another"),
    ],
)
def test_ours_alone_are_written_anew(before: str, after: str) -> None:
    assert Addresses.of(HOME, "2.3.4").written(before) == after


def test_a_registry_is_addressed_in_lower_case() -> None:
    written = Addresses.of("https://github.com/Some-Pool/cardano-forge-manager", "1.0.0").written
    assert written("ghcr.io/OWNER/charts/cardano-node") == "ghcr.io/some-pool/charts/cardano-node"
    identity = "https://github.com/OWNER/cardano-forge-manager/release.yml@refs/tags/v0.1.0"
    assert written(identity).endswith(
        "/Some-Pool/cardano-forge-manager/release.yml@refs/tags/v1.0.0"
    )


@pytest.mark.parametrize("home", ["https://example.com/a/cardano-forge-manager", f"{HOME}/tree"])
def test_another_page_is_an_error(home: str) -> None:
    with pytest.raises(ValueError, match=r"home of Chart\.yaml"):
        Addresses.of(home, "1.0.0")


@pytest.mark.parametrize("document", addresses.documents(), ids=lambda path: path.name)
def test_every_document_is_as_make_docs_writes_it(document: Path) -> None:
    said = yaml.safe_load((addresses.CHART / "Chart.yaml").read_text())
    text = document.read_text()
    assert Addresses.of(said["home"], said["version"]).written(text) == text


def test_an_example_names_the_schema_by_its_own_address() -> None:
    schema = json.loads((addresses.CHART / "values.schema.json").read_text())
    for example in addresses.ROOT.glob("examples/*.yaml"):
        first = example.read_text().splitlines()[0]
        assert first == f"# yaml-language-server: $schema={schema['$id']}"
