"""The times of forging control. Other tests take them from the code; here they are written out."""

from __future__ import annotations

import pytest

from forge_manager.base.moment import MILLISECOND, SECOND
from forge_manager.election.knowledge import RESERVED_NS
from forge_manager.election.messages import Proof
from forge_manager.election.terms import Terms
from forge_manager.fence import fuse
from forge_manager.forging import context, rotation, scrapes
from forge_manager.forging.phases import Phase
from forge_manager.guard import logic
from tests.sidecar.forging.pod import PodUnderTest


def test_the_times_are_those_that_the_documents_and_the_facts_give() -> None:
    assert (context.GUARD_SILENCE_NS, context.NODE_SILENCE_NS) == (2 * SECOND, 10 * SECOND)
    assert (context.SCRAPE_SILENCE_NS, context.STALL_NS) == (5 * SECOND, 30 * SECOND)
    assert (context.OFF_TIME_NS, context.END_TIMEOUT_NS) == (3 * SECOND, 120 * SECOND)
    assert rotation.ROTATION_PAUSE_NS == 60 * SECOND
    assert (context.PUBLISH_AGAIN_NS, context.ON_TIME_NS) == (SECOND, SECOND)
    assert (context.ON_TIMEOUT_NS, context.OFF_TIMEOUT_NS) == (10 * SECOND, 5 * SECOND)
    assert (context.HAND_OVER_PATIENCE_NS, RESERVED_NS) == (10 * SECOND, 5 * SECOND)
    assert (scrapes.SETTLE_NS, scrapes.GAP_NS) == (200 * MILLISECOND, 100 * MILLISECOND)
    assert (scrapes.LANDING_NS, context.KILL_AHEAD_NS) == (1300 * MILLISECOND, 500 * MILLISECOND)
    assert context.ON_AND_OFF_NS == 1500 * MILLISECOND
    assert (fuse.PATIENCE_NS, logic.PERIOD_NS) == (200 * MILLISECOND, 50 * MILLISECOND)


@pytest.mark.parametrize(("left_s", "phase"), [(0.9, Phase.STANDBY), (1.2, Phase.SWITCHING_ON)])
def test_a_lease_that_is_about_to_end_switches_nothing_on(left_s: float, phase: Phase) -> None:
    pod = PodUnderTest()
    pod.up()
    age_ns = Terms().renew_deadline_ns - int(left_s * SECOND)
    sent = pod.now._replace(boot_ns=pod.now.boot_ns - age_ns, wall_ns=pod.now.wall_ns - age_ns)
    pod.proofs = [Proof(sent, Terms(), "tenure-0")]
    pod.run()
    assert pod.phase is phase
