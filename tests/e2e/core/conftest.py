"""One trio for the cases of three replicas; its nodes start quickly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.trio import Trios

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devkit.environment import Environment

BOOT_SECONDS = 5


@pytest.fixture(scope="session")
def trios(environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trios]:
    trios = Trios.of(environment, tmp_path_factory, suite="core", boot_seconds=BOOT_SECONDS)
    yield trios
    trios.discard()
