"""Three replicas for the cases; its nodes start quickly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.three_replicas import SharedThreeReplicas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devkit.environment import Environment

BOOT_SECONDS = 5


@pytest.fixture(scope="session")
def shared_three_replicas(
    environment: Environment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SharedThreeReplicas]:
    shared_three_replicas = SharedThreeReplicas.of(
        environment, tmp_path_factory, suite="core", boot_seconds=BOOT_SECONDS
    )
    yield shared_three_replicas
    shared_three_replicas.discard()
