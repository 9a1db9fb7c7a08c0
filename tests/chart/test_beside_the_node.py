"""docs/beside-the-node.md names values and tests that exist, and its commands do what it says."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.chart.helm import RENDER_DEADLINE_S
from tests.chart.rendering import CHART, HELM, ROOT, render
from tests.chart.samples import defaults

DOCUMENT = (ROOT / "docs" / "beside-the-node.md").read_text()
ROWS = re.findall(r"^\| ([^|]+) \| (`[^|]+) \| ([^|]+) \|$", DOCUMENT, re.MULTILINE)
PARTS = CHART / "ci" / "producer-parts-values.yaml"


@pytest.mark.parametrize(("wanted", "values", "tests"), ROWS, ids=[row[0] for row in ROWS])
def test_a_row_names_values_and_tests_that_exist(wanted: str, values: str, tests: str) -> None:
    for path in re.findall(r"`([^`]+)`", values):
        found = defaults()
        for key in path.split("."):
            assert key in found, f"{wanted}: no value {path}"
            found = found[key]
    for name in tests.split(", "):
        assert (Path(__file__).parent / name).exists(), f"{wanted}: no {name}"


def test_the_values_named_in_the_text_exist() -> None:
    text = DOCUMENT.partition("\n## ")[2]
    for path in re.findall(r"`([a-z]\w+(?:\.\w+)+)`", text):
        found = defaults()
        for key in path.split("."):
            assert key in found, path
            found = found[key]


def test_the_command_lists_every_image() -> None:
    (filters,) = re.findall(r"my-pool\.yaml (\|.+)$", DOCUMENT, re.MULTILINE)
    command = f"{HELM} template my-pool {CHART} --values {PARTS} {filters}"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        capture_output=True,
        text=True,
        timeout=RENDER_DEADLINE_S,
        check=True,
    )
    pod = render(yaml.safe_load(PARTS.read_text())).pod
    expected = {c["image"] for c in [*pod["initContainers"], *pod["containers"]]}
    assert set(done.stdout.split()) == expected
