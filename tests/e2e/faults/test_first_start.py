"""Three replicas are installed: one forges as soon as there is a node that could."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.history import restarts
from tests.e2e.framework.scenarios import first_start

if TYPE_CHECKING:
    from tests.e2e.framework.case import Case
    from tests.e2e.framework.three_replicas import SharedThreeReplicas

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]


@pytest.fixture
def case(shared_three_replicas: SharedThreeReplicas) -> Case:
    return first_start(shared_three_replicas)


def test_first_start_from_the_first_node_that_is_up(case: Case) -> None:
    case.judge(none_below_s=1)
    for pod in case.namespace.items("pods"):
        assert set(restarts(pod).values()) == {0}
