"""Three replicas for all cases; each rotates once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.rotation import Rotation
from tests.e2e.framework.three_replicas import SharedThreeReplicas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devkit.environment import Environment
    from tests.e2e.framework.case import Case

BOOT_SECONDS = 5


@pytest.fixture(scope="session")
def shared_three_replicas(
    environment: Environment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SharedThreeReplicas]:
    shared_three_replicas = SharedThreeReplicas.of(
        environment, tmp_path_factory, suite="rotation", boot_seconds=BOOT_SECONDS
    )
    yield shared_three_replicas
    shared_three_replicas.discard()


@pytest.fixture
def rotation(case: Case) -> Rotation:
    """A Secret that has changed and has reached no pod yet."""
    return Rotation.begin(case)
