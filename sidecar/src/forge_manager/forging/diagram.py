"""The state diagram, drawn from the rules themselves, so that it cannot differ from them."""

from __future__ import annotations

from forge_manager.forging.phases import Phase
from forge_manager.forging.rules import RULES

_HEADER = """\
# The state machine of forging

Drawn from `forge_manager.forging.rules`, the table that the machine runs on: `python -m
forge_manager.forging.diagram > docs/state-diagram.md`. Each arrow is labelled with its reasons,
which logs, events and metrics show; where several rules apply, the first of the list below wins.
"""


def mermaid() -> str:
    """Return the diagram in Mermaid's notation: one arrow from phase to phase, with its reasons."""
    reasons: dict[tuple[Phase, Phase], list[str]] = {}
    for rule in RULES:
        for source in rule.sources:
            reasons.setdefault((source, rule.target), []).append(rule.reason)
    arrows = [
        f"    {source} --> {target}: {', '.join(labels)}"
        for (source, target), labels in sorted(reasons.items(), key=_by_phases)
    ]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {Phase.NO_NODE}", *arrows])


def document() -> str:
    """Return the whole page."""
    rows = [
        f"| {', '.join(rule.sources)} | {rule.target} | {rule.reason} | {_question(rule.when)} |"
        for rule in RULES
    ]
    table = ["| in | to | reason | when |", "|---|---|---|---|", *rows]
    return "\n".join([_HEADER, "```mermaid", mermaid(), "```", "", *table, ""])


def _by_phases(item: tuple[tuple[Phase, Phase], list[str]]) -> tuple[int, int]:
    order = list(Phase)
    (source, target), _ = item
    return order.index(source), order.index(target)


def _question(when: object) -> str:
    lines = (getattr(when, "__doc__", None) or "").split("\n\n")[0].split()
    return " ".join(lines).rstrip(".").removeprefix("Tell whether ")


if __name__ == "__main__":
    print(document(), end="")  # noqa: T201 (a command)
