"""Prints, after the tests, what the checks found in each damaged set and what the node did."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

_PROPERTY = "damage"


def record(
    request: pytest.FixtureRequest, *, name: str, reason: str, blocks: bool, node: str
) -> None:
    """Add a row; it travels with the test's report, so that parallel workers can fill the table."""
    row = (name, f"{reason}", "blocks" if blocks else "warns", node)
    request.node.user_properties.append((_PROPERTY, row))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table."""
    rows = {
        tuple(map(str, value))
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == _PROPERTY
    }
    if not rows:
        return
    terminalreporter.section("damaged credentials: the checks and the stand-in node")
    for name, reason, blocks, node in sorted(rows, key=lambda row: (row[2], row[1], row[0])):
        terminalreporter.write_line(f"{name:38} {reason:24} {blocks:7} node {node}")
