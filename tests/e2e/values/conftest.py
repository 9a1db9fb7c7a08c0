"""Says at the end how many sets of values were tried, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.framework.record import show_figures

if TYPE_CHECKING:
    import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the figures."""
    show_figures(terminalreporter)
