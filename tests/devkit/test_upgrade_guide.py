"""The commands of docs/upgrade.md as the tests on the cluster read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.migration import guide
from tests.e2e.migration.terminal import (
    BACK,
    BETWEEN_VERSIONS,
    FROM_A_HOST,
    FROM_EARLIER,
    Terminal,
)

NAMES = {"RELEASE": "pool", "NAMESPACE": "pools", "STS": "producer", "REVISION": "1"}
DOCUMENT = """# Moving

## There

Words.

    look RELEASE

    # 1. Stop the RELEASE.
    stop STS-0   # and wait

    # 2. Go.
    go

## Back

    # 2. Go.
    go
"""


@pytest.fixture
def document(tmp_path: Path) -> Path:
    document = tmp_path / "document.md"
    document.write_text(DOCUMENT)
    return document


@pytest.mark.parametrize(
    ("section", "steps"), [(BETWEEN_VERSIONS, 0), (FROM_EARLIER, 5), (BACK, 3), (FROM_A_HOST, 5)]
)
def test_every_step_has_commands_whose_placeholders_are_known(section: str, steps: int) -> None:
    _, *numbered = found = Terminal.guide(section)
    assert len(numbered) == steps
    assert all(guide.filled(commands, NAMES).strip() for commands in numbered or found)


def test_steps_are_the_commands_of_one_section_without_its_comments(document: Path) -> None:
    found = [guide.filled(commands, NAMES).split() for commands in guide.steps(document, "There")]
    assert found == [["look", "pool"], ["stop", "producer-0"], ["go"]]


def test_a_step_or_a_section_that_is_missing_is_refused(document: Path) -> None:
    with pytest.raises(ValueError, match="step 1 is missing"):
        guide.steps(document, "Back")
    with pytest.raises(ValueError, match="no section 'Then'"):
        guide.steps(document, "Then")


def test_a_placeholder_without_a_name_is_refused() -> None:
    with pytest.raises(KeyError, match="POOL"):
        guide.filled("look POOL", NAMES)
