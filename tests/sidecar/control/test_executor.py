"""Actions are carried out in order, under their permit, and none after one that failed."""

from __future__ import annotations

import signal

import pytest

from forge_manager.base.moment import SECOND, Moment
from forge_manager.control.executor import Executor
from forge_manager.control.record import ControlRecord
from forge_manager.fence.keys import NoCheckedSetError
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.fence.protocol import Fence, Heartbeat
from forge_manager.forging.actions import (
    Action,
    EndNode,
    KillNode,
    PublishFence,
    PutKeysLive,
    SendSighup,
    UnlinkLive,
)
from forge_manager.node.process import NodeProcess

NODE = NodeProcess(41, 1000)
OTHER = NodeProcess(41, 2000)
PERMIT = Fence("boot", NODE, 100 * SECOND, 1000 * SECOND, off=False)


class Pod:
    """All that an executor touches; remembers what was done, and fails where it is told to."""

    process = NODE
    ours = True

    def __init__(self) -> None:
        self.done: list[str] = []
        self.fails = ""
        self.lives = True
        self.now = Moment(99 * SECOND, 1099 * SECOND)
        self.executor = Executor(
            state=self,
            keys=self,
            fuse=self,
            found=None,
            clocks=lambda: self.now,
            record=ControlRecord(),
        )

    def carry_out(self, *actions: Action) -> Action | None:
        return self.executor.carry_out(actions, self)

    def _do(self, what: str) -> None:
        if what == self.fails:
            raise OSError(28, "No space left on device")
        self.done.append(what)
        # Whatever is done takes its time.
        self.now = self.now._replace(boot_ns=self.now.boot_ns + 1, wall_ns=self.now.wall_ns + 1)

    # The state volume

    def fence(self) -> Fence | None:
        return None

    def heartbeat(self) -> Heartbeat | None:
        return None

    def publish_fence(self, fence: Fence) -> None:
        self._do("fence")

    def publish_heartbeat(self, heartbeat: Heartbeat) -> None:
        raise AssertionError(heartbeat)

    # The keys

    def look(self) -> tuple[LiveKeys, bool]:
        return LiveKeys.NONE, True

    def checked_name(self) -> str | None:
        return "set-1"

    def put_live(self, name: str | None = None) -> None:
        if name not in (None, "set-1"):
            raise NoCheckedSetError
        self._do("keys")

    def unlink(self) -> None:
        self._do("unlink")

    # The fuse, and the node's process

    def follow(self, fence: Fence, held: object, now: Moment) -> None:
        self._do("fuse")

    pidfd = None

    def alive(self) -> bool:
        return self.lives

    def wait_for_end(self, seconds: float) -> bool:
        raise AssertionError(seconds)

    def close(self) -> None:
        raise AssertionError

    def signal(self, number: int) -> bool:
        if self.lives:
            self._do(signal.Signals(number).name)
        return self.lives


SWITCH_ON: tuple[Action, ...] = (
    PublishFence(PERMIT),
    PutKeysLive("set-1", PERMIT),
    SendSighup(NODE, 1, PERMIT),
)


def test_all_is_done_in_the_order_that_was_given() -> None:
    pod = Pod()
    assert pod.carry_out(*SWITCH_ON) is None
    assert pod.done == ["fence", "fuse", "keys", "SIGHUP"]


@pytest.mark.parametrize(
    ("fails", "index", "done"),
    [("fence", 0, []), ("keys", 1, ["fence", "fuse"]), ("SIGHUP", 2, ["fence", "fuse", "keys"])],
)
def test_nothing_is_done_after_an_action_that_failed(
    fails: str, index: int, done: list[str]
) -> None:
    pod = Pod()
    pod.fails = fails
    assert pod.carry_out(*SWITCH_ON) is SWITCH_ON[index]
    assert pod.done == done
    assert pod.executor.sighup is None


def test_a_fence_that_permits_nothing_is_published_though_the_kill_failed() -> None:
    pod = Pod()
    pod.fails = "SIGKILL"
    kill = KillNode(NODE)
    over = PERMIT._replace(forge_until_ns=0)
    assert pod.carry_out(kill, PublishFence(over)) is kill
    assert pod.done == ["fence", "fuse"], "so the guard kills it"


@pytest.mark.parametrize("action", SWITCH_ON[1:])
def test_a_node_is_not_switched_on_once_its_permit_has_passed(action: Action) -> None:
    """Nor given its keys: whoever sends a SIGHUP then switches it on."""
    pod = Pod()
    pod.now = Moment(100 * SECOND, 1100 * SECOND)
    assert pod.carry_out(action) is action
    assert pod.done == []


def test_a_sighup_is_dated_after_it_was_sent() -> None:
    pod = Pod()
    before_ns = pod.now.boot_ns
    pod.carry_out(SendSighup(NODE, 7, None))
    assert pod.executor.sighup is not None
    assert (pod.executor.sighup.number, pod.executor.sighup.sent_ns) == (7, before_ns + 1)


@pytest.mark.parametrize("action", [SendSighup(OTHER, 1, None), EndNode(OTHER), KillNode(OTHER)])
def test_another_process_is_never_signalled(action: Action) -> None:
    pod = Pod()
    assert pod.carry_out(action) is action
    assert pod.done == []


@pytest.mark.parametrize(("process", "lives"), [(OTHER, True), (NODE, False)])
def test_keys_are_not_taken_from_whom_they_were_not_meant_to_be_taken(
    process: NodeProcess, lives: bool
) -> None:
    pod = Pod()
    pod.lives = lives
    assert pod.carry_out(UnlinkLive(process)) is None
    assert pod.done == []


def test_without_a_fuse_all_else_is_done() -> None:
    pod = Pod()
    pod.fails = "fuse"
    assert pod.carry_out(*SWITCH_ON) is None
    assert pod.done == ["fence", "keys", "SIGHUP"]


def test_a_fuse_that_fails_again_is_said_again(caplog: pytest.LogCaptureFixture) -> None:
    pod = Pod()
    for fails in ("fuse", "fuse", "", "fuse"):
        pod.fails = fails
        pod.carry_out(*SWITCH_ON)
    assert len([record for record in caplog.records if "no fuse" in record.message]) == 2
