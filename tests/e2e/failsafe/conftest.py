"""The table of figures at the end."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from devkit.environment import Environment
from tests.e2e.failsafe.only_replica import Case, only_replica
from tests.e2e.framework.record import show_figures


def pytest_configure(config: pytest.Config) -> None:
    """End by SIGTERM as by Ctrl-C: what a case broke is mended on the way out."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture
def case(environment: Environment, tmp_path: Path) -> Iterator[Case]:
    """One replica with the chart's own times, that forges."""
    with only_replica(environment, tmp_path) as case:
        yield case


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the figures of all cases together."""
    show_figures(terminalreporter)
