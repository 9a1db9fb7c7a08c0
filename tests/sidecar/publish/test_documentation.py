"""Every code has words, and docs/operations.md has every event."""

from __future__ import annotations

import re
from pathlib import Path

from forge_manager.election.messages import HUB, ElectionReason
from forge_manager.forging.cluster_permission import ClusterReason
from forge_manager.forging.phases import ForgingReason, Obstacle
from forge_manager.publish.words import EVENTS, WARNINGS, ConditionReason, ReportReason, in_words

PAGE = (Path(__file__).parents[3] / "docs" / "operations.md").read_text()
_ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| (.+) \|$", re.MULTILINE)


def test_every_code_has_words() -> None:
    codes = [*ForgingReason, *Obstacle, *ElectionReason, *ClusterReason, *ConditionReason]
    assert [code for code in codes if in_words(code) == code] == []
    assert [
        code for code in ElectionReason if not in_words(f"{HUB}{code}").startswith("In the ")
    ] == []
    assert set(ForgingReason) <= set(EVENTS)


def test_the_page_lists_every_event_with_its_type_and_words() -> None:
    wanted = [
        (str(code), "Warning" if code in WARNINGS else "Normal", words)
        for code, words in EVENTS.items()
    ]
    assert _ROW.findall(PAGE) == wanted, "\n".join(f"| `{c}` | {t} | {w} |" for c, t, w in wanted)


def test_codes_of_warnings_in_the_log_are_on_the_page() -> None:
    for code in ReportReason:
        assert f"`{code}`" in PAGE
