"""The guard's rules, one by one."""

import pytest

from forge_manager.base.moment import SECOND, Moment
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.fence.protocol import Fence
from forge_manager.guard.logic import (
    PERIOD_NS,
    QUIET_PERIOD_NS,
    Guard,
    GuardObservation,
    GuardReason,
    KeyOrder,
)
from forge_manager.node.process import NodeProcess

BOOT = "boot"
NODE = NodeProcess(41, 1000)
NEXT_NODE = NodeProcess(57, 9000)
IN_TIME = Moment(99 * SECOND, 1099 * SECOND)
TOO_LATE = Moment(100 * SECOND, 1100 * SECOND)
PERMITS = Fence(BOOT, NODE, 100 * SECOND, 1000 * SECOND, off=False)
OFF = PERMITS._replace(off=True)


def seen(
    now: Moment = IN_TIME,
    live: LiveKeys = LiveKeys.ALL,
    checked: bool = True,
    node: NodeProcess | None = NODE,
    fence: Fence | None = PERMITS,
) -> GuardObservation:
    return GuardObservation(now, live, checked, node, fence)


def test_a_permitted_node_is_left_alone() -> None:
    orders = Guard(BOOT).look(seen())
    assert (orders.kill, orders.keys, orders.reason) == (None, KeyOrder.LEAVE, None)
    assert orders.heartbeat.node == NODE


def test_a_passed_fence_kills() -> None:
    orders = Guard(BOOT).look(seen(TOO_LATE))
    assert (orders.kill, orders.reason) == (NODE, GuardReason.FENCE_PASSED)


def test_a_node_known_to_be_off_is_not_killed() -> None:
    assert Guard(BOOT).look(seen(TOO_LATE, fence=OFF)).kill is None


def test_a_node_that_the_fence_does_not_name_is_not_killed_but_gets_no_keys() -> None:
    orders = Guard(BOOT).look(seen(TOO_LATE, node=NEXT_NODE))
    assert (orders.kill, orders.keys) == (None, KeyOrder.UNLINK)


def test_a_fence_that_becomes_unreadable_runs_on() -> None:
    guard = Guard(BOOT)
    guard.look(seen())
    orders = guard.look(seen(fence=None))
    assert orders.kill is None
    assert orders.heartbeat.node is None  # it does not seem to guard what it cannot
    assert guard.look(seen(TOO_LATE, fence=None)).kill == NODE


def test_only_a_fence_that_names_a_node_takes_back_what_it_was_let() -> None:
    guard = Guard(BOOT)
    guard.look(seen())
    lost = Fence(BOOT, None, 0, 0, off=True)  # by a manager that knows of no node
    assert guard.look(seen(fence=lost)).kill is None
    assert guard.look(seen(TOO_LATE, fence=lost)).kill == NODE
    assert guard.look(seen(TOO_LATE, fence=OFF)).kill is None
    guard.look(seen())
    guard.look(seen(node=None, fence=lost))
    assert guard.last_fence == lost  # it has ended


def test_a_guard_that_never_read_a_fence_permits_nothing() -> None:
    orders = Guard(BOOT).look(seen(fence=None))
    assert (orders.kill, orders.reason) == (NODE, GuardReason.FENCE_UNREADABLE)


@pytest.mark.parametrize("live", [LiveKeys.NONE, LiveKeys.SOME])
@pytest.mark.parametrize("fence", [PERMITS, OFF, None])
def test_keys_return_when_the_node_has_ended(live: LiveKeys, fence: Fence | None) -> None:
    orders = Guard(BOOT).look(seen(live=live, node=None, fence=fence))
    assert (orders.keys, orders.kill) == (KeyOrder.PUT_LIVE, None)


def test_another_whole_set_stays_for_a_node_that_may_be_reading_it() -> None:
    orders = Guard(BOOT).look(seen(live=LiveKeys.OTHER, node=None))
    assert orders.keys is KeyOrder.LEAVE


def test_without_a_checked_set_there_is_nothing_to_put_in_place() -> None:
    orders = Guard(BOOT).look(seen(live=LiveKeys.NONE, node=None, checked=False))
    assert orders.keys is KeyOrder.LEAVE


@pytest.mark.parametrize("live", [LiveKeys.ALL, LiveKeys.OTHER, LiveKeys.SOME])
def test_a_standby_keeps_no_keys(live: LiveKeys) -> None:
    assert Guard(BOOT).look(seen(live=live, fence=OFF)).keys is KeyOrder.UNLINK
    assert Guard(BOOT).look(seen(live=LiveKeys.NONE, fence=OFF)).keys is KeyOrder.LEAVE


def test_without_node_control_the_node_is_never_touched() -> None:
    orders = Guard(BOOT, managed=False).look(seen(TOO_LATE, LiveKeys.NONE, fence=None))
    assert (orders.kill, orders.keys) == (None, KeyOrder.PUT_LIVE)


def test_a_fence_that_was_taken_back_is_followed_by_whatever_comes() -> None:
    guard = Guard(BOOT)
    guard.look(seen(fence=OFF))
    lost = Fence(BOOT, None, 0, 0, off=True)
    guard.look(seen(fence=lost))
    assert guard.last_fence == lost


@pytest.mark.parametrize(
    ("sight", "period_ns"),
    [
        (seen(live=LiveKeys.NONE, fence=OFF), QUIET_PERIOD_NS),
        (seen(live=LiveKeys.ALL, fence=OFF), PERIOD_NS),  # keys that it takes away
        (seen(live=LiveKeys.NONE, fence=PERMITS), PERIOD_NS),
        (seen(live=LiveKeys.NONE, fence=None), PERIOD_NS),
        (seen(live=LiveKeys.NONE, fence=OFF, node=None), PERIOD_NS),  # one may start
    ],
)
def test_it_looks_less_often_beside_a_node_that_is_off_without_keys(
    sight: GuardObservation, period_ns: int
) -> None:
    guard = Guard(BOOT)
    guard.look(sight)
    assert guard.period_ns(sight) == period_ns
    assert QUIET_PERIOD_NS == 4 * PERIOD_NS


def test_it_looks_often_while_an_earlier_fence_stays_in_force() -> None:
    guard = Guard(BOOT)
    guard.look(seen(live=LiveKeys.NONE))
    lost = seen(live=LiveKeys.NONE, fence=Fence(BOOT, None, 0, 0, off=True))
    guard.look(lost)
    assert guard.period_ns(lost) == PERIOD_NS
