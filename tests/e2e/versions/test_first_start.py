"""Three replicas are installed: one forges, and no container starts twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.history import restarts
from tests.e2e.framework.scenarios import first_start
from tests.e2e.framework.three_replicas import LEASE_S
from tests.e2e.versions.kinds import IGNORES_VARIABLE, SLOW, VERSIONS, beside

if TYPE_CHECKING:
    from tests.e2e.framework.case import Case
    from tests.e2e.framework.three_replicas import SharedThreeReplicas

#: These nodes start quicker than a Lease that is seen for the first time is waited for.
QUICK_S = LEASE_S + 1
SLOW_S = QUICK_S + 10

pytestmark = [pytest.mark.timed, pytest.mark.timeout(900)]


@pytest.fixture
def case(shared_three_replicas: SharedThreeReplicas) -> Case:
    return first_start(shared_three_replicas)


def no_container_restarted(case: Case) -> None:
    for pod in case.namespace.items("pods"):
        assert set(restarts(pod).values()) == {0}, case.history()


@beside(VERSIONS | IGNORES_VARIABLE)
def test_first_start(case: Case) -> None:
    case.judge(none_below_s=QUICK_S)
    no_container_restarted(case)


@beside(SLOW)
def test_first_start_with_slow_answers(case: Case) -> None:
    case.judge(none_below_s=SLOW_S)
    no_container_restarted(case)
