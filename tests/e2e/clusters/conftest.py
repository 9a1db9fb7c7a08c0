"""One pair of clusters for all cases, mended before and after, and the table of figures."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.record import show_figures
from tests.e2e.framework.two_clusters import SharedTwoClusters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.framework.two_clusters import TwoClustersCase

BOOT_SECONDS = 5


def pytest_configure(config: pytest.Config) -> None:
    """End by SIGTERM as by Ctrl-C: what a case broke is mended on the way out."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared_two_clusters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedTwoClusters]:
    scratch = tmp_path_factory.mktemp("two_clusters")
    shared_two_clusters = SharedTwoClusters(scratch, suite="clusters", boot_seconds=BOOT_SECONDS)
    shared_two_clusters.begin()
    yield shared_two_clusters
    shared_two_clusters.end()


@pytest.fixture
def case(shared_two_clusters: SharedTwoClusters) -> TwoClustersCase:
    """Both clusters settled, a replica of the preferred one forging."""
    return shared_two_clusters.present().settled()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the figures of all cases together."""
    show_figures(terminalreporter)
