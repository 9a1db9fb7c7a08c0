"""The page in docs is what the rules say."""

from pathlib import Path

from forge_manager.forging.diagram import document
from forge_manager.forging.phases import ForgingReason, Phase
from forge_manager.forging.rules import RULES

PAGE = Path(__file__).parents[3] / "docs" / "state-diagram.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == document(), (
        "write it again: python -m forge_manager.forging.diagram > docs/state-diagram.md"
    )


def test_every_phase_is_entered_and_every_reason_used() -> None:
    assert {rule.target for rule in RULES} == set(Phase)
    assert {rule.reason for rule in RULES} == set(ForgingReason) - {ForgingReason.STARTING}
