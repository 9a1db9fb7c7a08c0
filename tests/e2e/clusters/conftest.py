"""One pair of clusters for all cases, mended before and after, and the table of figures."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.pair import Pairs
from tests.e2e.framework.record import show_figures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.framework.pair import PairScene

BOOT_SECONDS = 5


def pytest_configure(config: pytest.Config) -> None:
    """End by SIGTERM as by Ctrl-C: what a case broke is mended on the way out."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pairs]:
    scratch = tmp_path_factory.mktemp("pair")
    pairs = Pairs(scratch, suite="clusters", boot_seconds=BOOT_SECONDS)
    pairs.begin()
    yield pairs
    pairs.end()


@pytest.fixture
def scene(pairs: Pairs) -> PairScene:
    """Both clusters settled, a replica of the preferred one forging."""
    return pairs.present().settled()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the figures of all cases together."""
    show_figures(terminalreporter)
