"""One trio for all cases; each rotates once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.rotation import Rotation
from tests.e2e.framework.trio import Trios

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devkit.environment import Environment
    from tests.e2e.framework.scene import Scene

BOOT_SECONDS = 5


@pytest.fixture(scope="session")
def trios(environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trios]:
    trios = Trios.of(environment, tmp_path_factory, suite="rotation", boot_seconds=BOOT_SECONDS)
    yield trios
    trios.discard()


@pytest.fixture
def rotation(scene: Scene) -> Rotation:
    """A Secret that has changed and has reached no pod yet."""
    return Rotation.begin(scene)
