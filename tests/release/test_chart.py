"""A copy of the chart, with what it is released with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from devkit.steps import StepError
from release import chart
from release.chart import Released
from tests.chart.rendering import CHART, render
from tests.chart.samples import merged, producer

DIGEST = "sha256:" + "a" * 64
RELEASED = Released(
    "1.2.3",
    "https://github.com/some-pool/cardano-forge-manager/blob/abc",
    "https://github.com/some-pool/cardano-forge-manager",
    "registry.example.com/cardano/charts",
    "registry.example.com/cardano/cardano-forge-manager",
    DIGEST,
)
CHANGELOG = """# Changelog

## Unreleased

### Added
- Later.

## 1.2.3 - 2026-01-01

### Added
- One [thing](docs/one.md).

### Notes
- Not a change.

### Fixed
- Another.
"""
IMAGE = f"{RELEASED.image}@{DIGEST}"


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("chart") / "cardano-node"
    shutil.copytree(CHART, copy, ignore=shutil.ignore_patterns("ci"))
    chart.settle(copy, RELEASED, CHANGELOG)
    return copy


def images(settled: Path, values: dict[str, Any]) -> set[str]:
    """Of the manager, the guard and the setup."""
    (found,) = render(merged(producer(), values), chart=settled).of_kind("StatefulSet").values()
    pod = found["spec"]["template"]["spec"]
    return {each["image"] for each in pod["initContainers"]}


@pytest.mark.parametrize(
    ("values", "image"),
    [
        ({}, IMAGE),
        ({"tag": "mine"}, f"{RELEASED.image}:mine"),
        ({"repository": "mirror.example/m"}, f"mirror.example/m@{DIGEST}"),
        ({"tag": "mine", "digest": f"sha256:{'b' * 64}"}, f"{RELEASED.image}@sha256:{'b' * 64}"),
        ({"digest": ""}, f"{RELEASED.image}:{chart.metadata(CHART)['version']}"),
        ({"digest": None}, IMAGE),
    ],
    ids=["default", "a tag", "a copy elsewhere", "a digest", "no digest", "null"],
)
def test_its_image_is_the_one_it_was_released_with(
    settled: Path, values: dict[str, Any], image: str
) -> None:
    assert images(settled, {"image": {"forgeManager": values}}) == {image}


def test_nothing_else_of_its_values_is_another(settled: Path) -> None:
    before, after = (
        yaml.safe_load((folder / "values.yaml").read_text()) for folder in (CHART, settled)
    )
    ours = after["image"]["forgeManager"]
    assert (ours.pop("repository"), ours.pop("digest")) == (RELEASED.image, DIGEST)
    for name in ("repository", "digest"):
        before["image"]["forgeManager"].pop(name)
    assert before == after


def test_its_readme_leads_to_the_released_files(settled: Path) -> None:
    text = (settled / "README.md").read_text()
    assert "](../" not in text
    assert f"]({RELEASED.page('docs/upgrade.md')})" in text
    assert f"]({RELEASED.page('charts/cardano-node/values.yaml')})" in text
    assert f"oci://{RELEASED.charts}/cardano-node" in text
    assert "OWNER" not in text


def test_what_artifact_hub_reads(settled: Path) -> None:
    said = chart.metadata(settled)
    assert (said["home"], said["sources"]) == (RELEASED.source, [RELEASED.source])
    assert said["maintainers"] == [{"name": "some-pool", "url": "https://github.com/some-pool"}]
    found = {
        name.removeprefix("artifacthub.io/"): yaml.safe_load(text)
        for name, text in said["annotations"].items()
    }
    assert found["images"] == [{"name": "cardano-forge-manager", "image": IMAGE}]
    assert {each["kind"] for each in found["crds"]} == {"CardanoLeader", "CardanoForgeCluster"}
    assert found["changes"] == [
        {"kind": "added", "description": "One thing."},
        {"kind": "fixed", "description": "Another."},
    ]
    for link in found["links"]:
        page = link["url"].removeprefix(RELEASED.page(""))
        assert (CHART.parents[1] / page).is_file()
    icon = said["icon"].removeprefix(RELEASED.page("")).removesuffix("?raw=true")
    assert (CHART.parents[1] / icon).is_file()


def test_a_version_without_a_section_has_what_is_not_released_yet() -> None:
    assert chart.changes(CHANGELOG, "9.9.9") == [{"kind": "added", "description": "Later."}]


def test_a_value_that_is_not_there_is_an_error() -> None:
    with pytest.raises(StepError, match=r"values.yaml has no image.other"):
        chart.with_scalar("image:\n  forgeManager: {}\n", ("image", "other"), "a")


def test_the_text_around_a_value_stays() -> None:
    text = "# one\na:\n  b: old  # why\n  c: 1\n"
    written = chart.with_scalar(text, ("a", "b"), "new")
    assert written == text.replace("old", json.dumps("new"))
