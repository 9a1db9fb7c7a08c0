"""docs/security.md: each threat names a test that exists, and its values are accepted."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.chart.rendering import ROOT, mounts, render
from tests.chart.samples import merged, producer

DOCUMENT = (ROOT / "docs" / "security.md").read_text()
TABLE = DOCUMENT.partition("\n## Threats\n")[2].partition("\n## ")[0]
ROWS = [line.strip("|").split("|") for line in TABLE.splitlines() if line.startswith("|")][2:]


@pytest.mark.parametrize("row", ROWS, ids=[row[0].strip() for row in ROWS])
def test_a_threat_names_a_test_that_exists(row: list[str]) -> None:
    named = re.fullmatch(r" `(tests/\S+\.py)::(test_\w+)` ?", row[-1])
    assert named, f"the row names no test as `file::test`: {row[-1]}"
    path, test = named.groups()
    assert (ROOT / path).is_file(), path
    assert f"\ndef {test}(" in (ROOT / path).read_text(), f"no {test} in {path}"


def test_the_values_for_a_read_only_node_are_accepted() -> None:
    (example,) = re.findall(r"(?:^    .+\n)+", DOCUMENT, re.MULTILINE)
    node = render(merged(producer(), yaml.safe_load(example))).container("cardano-node")
    assert node["securityContext"]["readOnlyRootFilesystem"] is True
    assert mounts(node)["/tmp"]["name"] == "tmp"  # noqa: S108 (in the container)
