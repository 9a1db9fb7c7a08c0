"""Three replicas for all cases, the cluster mended before and after, and the table of figures."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.record import show_figures
from tests.e2e.framework.three_replicas import SharedThreeReplicas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devkit.environment import Environment

BOOT_SECONDS = 20


def pytest_configure(config: pytest.Config) -> None:
    """End by SIGTERM as by Ctrl-C: what a case broke is mended on the way out."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared_three_replicas(
    environment: Environment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SharedThreeReplicas]:
    shared_three_replicas = SharedThreeReplicas.of(
        environment, tmp_path_factory, suite="faults", boot_seconds=BOOT_SECONDS
    )
    shared_three_replicas.begin()
    yield shared_three_replicas
    shared_three_replicas.end()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the figures of all cases together, as a table for docs/faults.md."""
    show_figures(terminalreporter)
