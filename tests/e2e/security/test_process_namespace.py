"""The pod shares its processes, and all run as one user: what that does not open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forge_manager.commands.timeline.observations import MANAGER, NODE
from tests.e2e.framework.history import is_up
from tests.e2e.security.intruder import BREAK_IN_AT_A_START, EXTRA, LOOK_INSIDE, run

if TYPE_CHECKING:
    from tests.e2e.framework.deployment import Deployment

GUARD = "forge-guard"

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("where", [NODE, EXTRA])
def test_no_way_leads_into_the_sidecar_from_another_container(
    producer: Deployment, where: str
) -> None:
    tried = run(producer.namespace, where, LOOK_INSIDE)
    assert set(tried.pop("unprotected")) >= {"environ", "root", "cwd", "fd", "maps", "mem"}
    assert tried == {"manager": [], "guard": []}


def test_the_sidecar_is_closed_from_its_first_instruction_on(producer: Deployment) -> None:
    """Any container may end manager and guard (one user), and meet their successors.

    From the container beside the node: the node itself ends with the last of the two.
    """
    tried = run(producer.namespace, EXTRA, BREAK_IN_AT_A_START)
    assert tried["inside"] is None, tried
    assert tried["started"] == 2, tried
    producer.wait_for_pod(
        "all to run again",
        lambda pod: all(is_up(pod, name) for name in (MANAGER, GUARD, NODE)),
    )
