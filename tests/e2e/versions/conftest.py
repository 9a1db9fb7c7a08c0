"""Three replicas for each kind of node, shared by its cases; and the table of figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.record import show_figures
from tests.e2e.framework.three_replicas import SharedThreeReplicas

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from devkit.environment import Environment

BOOT_SECONDS = 5


class Kinds:
    """Three replicas of one kind of node, until one of another kind is asked for."""

    def __init__(self, environment: Environment, scratches: pytest.TempPathFactory) -> None:
        self._environment = environment
        self._scratches = scratches
        self._node: Mapping[str, str] | None = None
        self._replicas: SharedThreeReplicas | None = None

    def of(self, node: Mapping[str, str]) -> SharedThreeReplicas:
        """Return the three replicas whose nodes have this environment."""
        if self._replicas is None or node != self._node:
            self.end()
            self._node, self._replicas = node, self._begun(node)
        return self._replicas

    def end(self) -> None:
        """Leave the cluster as it was."""
        if self._replicas is not None:
            self._replicas.end()
            self._replicas = None

    def _begun(self, node: Mapping[str, str]) -> SharedThreeReplicas:
        shared_three_replicas = SharedThreeReplicas.of(
            self._environment,
            self._scratches,
            suite="versions",
            boot_seconds=BOOT_SECONDS,
            node=node,
        )
        shared_three_replicas.begin()
        return shared_three_replicas


@pytest.fixture(scope="session")
def kinds(environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kinds]:
    kinds = Kinds(environment, tmp_path_factory)
    yield kinds
    kinds.end()


@pytest.fixture
def shared_three_replicas(request: pytest.FixtureRequest, kinds: Kinds) -> SharedThreeReplicas:
    """The parameter is the environment that tells the nodes what they are."""
    return kinds.of(request.param)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the cases of one kind of node follow each other, its first start before the others."""

    def kind(item: pytest.Item) -> str:
        # Those of other folders, and what has no parameter, come first.
        callspec = getattr(item, "callspec", None)
        return str(callspec.params.get("shared_three_replicas", "")) if callspec else ""

    items.sort(key=kind)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the figures of all cases together, as a table for docs/node-versions.md."""
    show_figures(terminalreporter)
