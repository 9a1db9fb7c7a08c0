"""A pod's files, processes and kernel as manager and guard find them (guard.ports).

Whatever changes something takes its time, and what only looks does now and then.
"""

from __future__ import annotations

import errno
import signal
from typing import TYPE_CHECKING

from forge_manager.base.reasons import Reason
from forge_manager.fence.keys import NoCheckedSetError
from forge_manager.fence.protocol import encode, parse_fence, parse_heartbeat
from forge_manager.forging.actions import (
    EndNode,
    KillNode,
    PublishFence,
    PutKeysLive,
    SendSighup,
    UnlinkLive,
)
from forge_manager.node.peer import SocketLook

if TYPE_CHECKING:
    from forge_manager.base.moment import Moment
    from forge_manager.fence.live_keys import LiveKeys
    from forge_manager.fence.protocol import Fence, Heartbeat
    from forge_manager.forging.actions import Action
    from forge_manager.node.process import Held, NodeProcess
    from tests.sidecar.simulation.node import Node
    from tests.sidecar.simulation.pod import Pod
    from tests.sidecar.simulation.world import Process


def act(process: Process, pod: Pod, kind: type[Action], longest_ms: float = 3) -> None:
    """Let an action take its time. Raises OSError when it is the manager's and is to fail."""
    process.acts()
    process.dawdle()
    process.wait(process.world.ms(0, longest_ms))
    if process is pod.manager and pod.action_fails(kind):
        process.world.log(f"{pod.name} {kind.__name__} failed")
        pod.troubled_ns = process.world.real_ns
        raise OSError(errno.EIO, kind.__name__)


class HeldNode:
    """The node's process, held by a manager or a guard."""

    ours = True
    pidfd = None  # the simulation has its own pace

    def __init__(self, holder: Process, node: Node) -> None:
        self.process = node.id
        self._holder = holder
        self._node = node

    def alive(self) -> bool:
        return self._node.alive

    def wait_for_end(self, seconds: float) -> bool:
        raise AssertionError(seconds)  # the simulation has its own pace

    def close(self) -> None:
        """Nothing is held."""

    def signal(self, number: int) -> bool:
        node, pod = self._node, self._node.pod
        if number == signal.SIGHUP:
            if node.alive and pod.keys.live is not None:
                pod.cluster.check_time_left(pod)
            act(self._holder, pod, SendSighup, longest_ms=1)
        else:
            act(self._holder, pod, EndNode if number == signal.SIGTERM else KillNode)
        if not node.alive:
            return False
        if number == signal.SIGHUP:
            if pod.keys.live is not None:
                pod.cluster.check_switch_on(pod)
            node.sighup()
        elif number == signal.SIGTERM:
            node.terminate()
        else:
            if not node.doomed:
                who = "manager" if self._holder is pod.manager else "guard"
                self._holder.world.log(f"{pod.name} {who} kills the node")
                pod.cluster.pod_rules.node_killed(pod, node)
            node.kill()
        return True


class NodeSocket:
    """As node.peer."""

    def __init__(self, process: Process, pod: Pod) -> None:
        self._process = process
        self._pod = pod

    def look(self, *, connect: bool = False) -> SocketLook:
        """A frozen node listens all the same; its backlog is never filled here."""
        self._process.touch_claim()
        node = self._pod.node
        if node is None or not node.alive or not node.accepts:
            return SocketLook(Reason.NODE_SOCKET_REFUSED, None)
        return SocketLook(Reason.NODE_SOCKET_ACCEPTS, node.id)

    def hold(self) -> Held | None:
        self._process.dawdle()
        node = self._pod.node
        return HeldNode(self._process, node) if node and node.alive and node.accepts else None


class Kernel:
    """As node.process: who has a number, and holding whoever has it."""

    def __init__(self, process: Process, pod: Pod) -> None:
        self._process = process
        self._pod = pod

    def hold(self, process: NodeProcess) -> Held | None:
        node = self._pod.node
        known = node is not None and node.alive and node.id == process
        return HeldNode(self._process, node) if node is not None and known else None

    def who_is(self, pid: int) -> NodeProcess | None:
        node = self._pod.node
        return node.id if node is not None and node.alive and node.id.pid == pid else None

    def is_booting(self) -> bool:
        node = self._pod.node
        return node is not None and node.alive and not node.accepts


class StateVolume:
    """As guard.state."""

    def __init__(self, process: Process, pod: Pod) -> None:
        self._process = process
        self._pod = pod

    def fence(self) -> Fence | None:
        self._process.dawdle()
        return parse_fence(self._pod.fence_file, self._pod.machine.boot_id)

    def heartbeat(self) -> Heartbeat | None:
        self._process.dawdle()
        return parse_heartbeat(self._pod.heartbeat_file, self._pod.machine.boot_id)

    def named_node(self) -> NodeProcess | None:
        fence = self.fence()
        return None if fence is None else fence.node

    def publish_fence(self, fence: Fence) -> None:
        if self._pod.permits_anew(fence):
            self._process.switches_on()
        act(self._process, self._pod, PublishFence)
        self._pod.write_fence(fence)

    def publish_heartbeat(self, heartbeat: Heartbeat) -> None:
        self._process.dawdle()
        self._pod.write_heartbeat(encode(heartbeat))


class KeyVolumes:
    """As guard.keys."""

    def __init__(self, process: Process, pod: Pod) -> None:
        self._process = process
        self._pod = pod
        self._looked_ns = 0

    def look(self) -> tuple[LiveKeys, bool]:
        self._process.dawdle()
        self._looked_ns = self._process.world.real_ns
        found = self._pod.keys.look(), self._pod.keys.checked is not None
        if self._process is self._pod.guard and not self._pod.guard_is_quick:
            self._process.wait(self._process.world.ms(0, 150))
        return found

    def checked_name(self) -> str | None:
        checked = self._pod.keys.checked
        return None if checked is None else checked.name

    def put_live(self, name: str | None = None) -> None:
        act(self._process, self._pod, PutKeysLive)
        if not self._pod.keys.put_checked(name):
            raise NoCheckedSetError

    def unlink(self) -> None:
        act(self._process, self._pod, UnlinkLive)
        if self._process is self._pod.guard:
            self._pod.cluster.pod_rules.guard_unlinks(self._pod, self._looked_ns)
        self._pod.keys.unlink()


class OwnFuse:
    """As guard.fuse: what the kernel does with it is the pod's."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def follow(self, fence: Fence, held: Held | None, now: Moment) -> None:
        if held is not None and fence.permits(held.process, now):
            self._process.holds_fuse = True
