"""Three replicas are installed: one forges, and no container starts twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.history import restarts
from tests.e2e.framework.scenarios import first_start
from tests.e2e.framework.trio import LEASE_S
from tests.e2e.versions.kinds import IGNORES_VARIABLE, SLOW, VERSIONS, beside

if TYPE_CHECKING:
    from tests.e2e.framework.scene import Scene
    from tests.e2e.framework.trio import Trios

#: These nodes start quicker than a Lease that is seen for the first time is waited for.
QUICK_S = LEASE_S + 1
SLOW_S = QUICK_S + 10

pytestmark = [pytest.mark.timed, pytest.mark.timeout(900)]


@pytest.fixture
def scene(trios: Trios) -> Scene:
    return first_start(trios)


def no_container_restarted(scene: Scene) -> None:
    for pod in scene.namespace.items("pods"):
        assert set(restarts(pod).values()) == {0}, scene.history()


@beside(VERSIONS | IGNORES_VARIABLE)
def test_first_start(scene: Scene) -> None:
    scene.judge(none_below_s=QUICK_S)
    no_container_restarted(scene)


@beside(SLOW)
def test_first_start_with_slow_answers(scene: Scene) -> None:
    scene.judge(none_below_s=SLOW_S)
    no_container_restarted(scene)
