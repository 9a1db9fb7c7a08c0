"""How often the observer connects to the node's socket, by real sockets."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from forge_manager.base.moment import MILLISECOND, SECOND
from forge_manager.base.reasons import Reason
from forge_manager.control.observer import Observer
from forge_manager.node.bounded_socket import BoundedSocket
from forge_manager.node.node_watch import NodeWatch
from forge_manager.node.peer import NodeSocket, SocketLook
from forge_manager.node.process import NodeProcess
from tests.sidecar.guard.pod import Pod
from tests.sidecar.node.test_peer import Listener, listening
from tests.support.keys import Pool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forge_manager.node.bounded_socket import BlockingSocket
    from forge_manager.node.process import Held

NEWER = Pool.generate(b"guard").issue(counter=1)
ROUND_NS = 50 * MILLISECOND


def here(socket: BlockingSocket, clock: Callable[[], int]) -> BoundedSocket:
    """Return the socket, looked at by who asks."""
    return BoundedSocket(socket, elsewhere=lambda _, work: work, clock=clock)


def test_before_the_first_look_has_ended_nobody_has_looked(pod: Pod) -> None:
    looks: list[Callable[[], None]] = []

    def later(_: str, work: Callable[[], None]) -> Callable[[], None]:
        return lambda: looks.append(work)

    socket = BoundedSocket(NodeSocket(pod.socket), elsewhere=later, clock=lambda: 1)
    observer = Observer(
        watch=NodeWatch(hold_peer=lambda: socket.peer() and None, named=lambda: None),
        socket=socket,
        keys=pod.node_keys,
        state=pod.state,
        is_booting=lambda: False,
    )
    assert not observer.look(1, None).node.looked_for
    looks[0]()
    assert observer.look(1, None).node.looked_for


def test_a_look_that_ends_while_the_node_is_looked_for_says_nothing_of_its_absence(
    pod: Pod,
) -> None:
    node, looks = Process(41), deque[Callable[[], None]]()

    def later(_: str, work: Callable[[], None]) -> Callable[[], None]:
        return lambda: looks.append(work)

    socket = BoundedSocket(Answer(node.process), elsewhere=later, clock=lambda: 1)

    def hold_peer() -> Held | None:
        known = socket.peer()
        looks.popleft()()  # and the first one ends just then
        return None if known is None else node

    observer = Observer(
        watch=NodeWatch(hold_peer=hold_peer, named=lambda: None),
        socket=socket,
        keys=pod.node_keys,
        state=pod.state,
        is_booting=lambda: False,
    )
    first = observer.look(1, None).node
    assert (first.process, first.looked_for) == (None, False)
    assert observer.look(2, None).node.process == node.process


def test_who_listens_and_accepts_nobody_is_not_known_to_be_away(pod: Pod) -> None:
    """A frozen node's backlog is full: it may have been forging."""
    socket = Answer()
    observer = Observer(
        watch=NodeWatch(hold_peer=lambda: None, named=lambda: None),
        socket=(bounded := here(socket, lambda: 1)),
        keys=pod.node_keys,
        state=pod.state,
        is_booting=lambda: False,
    )
    for reason, told in (
        (Reason.NODE_SOCKET_BUSY, False),
        (Reason.NODE_SOCKET_REFUSED, True),
    ):
        socket.reason = reason
        bounded.begin()
        assert observer.look(1, None).node.looked_for is told


@pytest.mark.parametrize("boots", [True, False])
def test_a_set_waits_for_a_node_that_boots_and_for_no_other(pod: Pod, boots: bool) -> None:
    observer = Observer(
        watch=NodeWatch(hold_peer=lambda: None, named=lambda: None),
        socket=here(NodeSocket(pod.socket), lambda: 1),
        keys=pod.node_keys,
        state=pod.state,
        is_booting=lambda: boots,
    )
    pod.provision()
    pod.node_keys.put_live()
    assert not observer.look(1, None).node.booting  # it reads the set that it is to have
    pod.provision(NEWER)
    assert observer.look(1, None).node.booting is boots


class Bench:
    """An observer in a pod, and a clock that goes on by a round with each look."""

    def __init__(self, pod: Pod) -> None:
        self.now_ns = 1000 * SECOND
        socket = NodeSocket(pod.socket)
        self._observer = Observer(
            watch=NodeWatch(hold_peer=socket.hold, named=lambda: None),
            socket=here(socket, lambda: self.now_ns),
            keys=pod.node_keys,
            state=pod.state,
            is_booting=lambda: False,
        )
        self.accepting_ns: int | None = None
        self._answered_ns: int | None = None

    def look(self, seconds: float, node: Listener | None, *, answers: bool = True) -> None:
        """Look for so long; `node` accepts meanwhile. `answers`: its metrics do."""
        began_ns = self.now_ns
        while self.now_ns < began_ns + seconds * SECOND:
            self.now_ns += ROUND_NS
            if answers:
                self._answered_ns = self.now_ns
            sight = self._observer.look(self.now_ns, self._answered_ns)
            self.accepting_ns = sight.node.accepting_ns
            if node is not None:
                node.accept()

    @property
    def silent(self) -> float:
        assert self.accepting_ns is not None
        return (self.now_ns - self.accepting_ns) / SECOND


@pytest.fixture
def pod(tmp_path: Path) -> Pod:
    return Pod(tmp_path)


@pytest.fixture
def node(pod: Pod) -> Iterator[Listener]:
    with listening(pod.socket) as listener:
        yield listener


def test_a_node_that_answers_is_connected_to_once(pod: Pod, node: Listener) -> None:
    bench = Bench(pod)
    bench.look(600, node)
    assert node.accepted() == 1
    assert bench.silent < 1


def test_a_listener_that_closes_is_seen_within_a_second(pod: Pod, node: Listener) -> None:
    bench = Bench(pod)
    bench.look(10, node)
    node.close()
    bench.look(5, None)
    assert 4 <= bench.silent <= 6


def test_a_new_listener_on_the_path_is_connected_to_once(pod: Pod, node: Listener) -> None:
    bench = Bench(pod)
    bench.look(10, node)
    node.close()
    pod.socket.unlink()
    with listening(pod.socket) as second:
        bench.look(10, second)
        assert second.accepted() == 1
    assert bench.silent < 1


def test_one_whose_metrics_fall_silent_is_tried_once_a_second(pod: Pod, node: Listener) -> None:
    bench = Bench(pod)
    bench.look(10, node)
    assert node.accepted() == 1
    bench.look(4.9, node, answers=False)
    assert node.accepted() == 0, "a slow page is no silence"
    bench.look(10, node, answers=False)
    assert 9 <= node.accepted() <= 11
    bench.look(60, node)
    assert node.accepted() == 0


def test_a_frozen_node_falls_silent(tmp_path: Path) -> None:
    """It listens on; its backlog is full of what tried it, 9 connections (the node's is of 8)."""
    pod = Pod(tmp_path)
    with listening(pod.socket, backlog=8) as frozen:
        bench = Bench(pod)
        bench.look(10, frozen)
        bench.look(30, None, answers=False)
        assert 14 <= bench.silent <= 18


def test_one_that_never_accepts_falls_silent_whatever_its_metrics_answer(tmp_path: Path) -> None:
    pod = Pod(tmp_path)
    with listening(pod.socket, backlog=8):
        bench = Bench(pod)
        bench.look(30, None)
        assert bench.silent > 20


class Process:
    """One that is held."""

    ours = True
    pidfd = None

    def __init__(self, pid: int) -> None:
        self.process = NodeProcess(pid, 1)
        self.lives = True

    def alive(self) -> bool:
        return self.lives

    def wait_for_end(self, seconds: float) -> bool:
        raise AssertionError(seconds)

    def signal(self, number: int) -> bool:
        raise AssertionError(number)

    def close(self) -> None:
        """Let go of it."""


class Answer:
    """A socket that gives this."""

    reason = Reason.NODE_SOCKET_ACCEPTS

    def __init__(self, process: NodeProcess | None = None) -> None:
        self._process = process

    def look(self, *, connect: bool = False) -> SocketLook:
        return SocketLook(self.reason, self._process)


def test_another_process_has_accepted_nothing_yet(pod: Pod) -> None:
    first, second, socket = Process(41), Process(42), Answer()
    held = iter((first, second))
    now = [10 * SECOND]
    observer = Observer(
        watch=NodeWatch(hold_peer=lambda: next(held), named=lambda: None),
        socket=here(socket, lambda: now[0]),
        keys=pod.node_keys,
        state=pod.state,
        is_booting=lambda: False,
    )
    assert observer.look(10 * SECOND, None).node.accepting_ns == 10 * SECOND
    first.lives, socket.reason = False, Reason.NODE_SOCKET_REFUSED
    for turn in (1, 2):
        now[0] = 10 * SECOND + turn * ROUND_NS
        sight = observer.look(now[0], None)
        assert (sight.node.process, sight.node.accepting_ns) == (second.process, None)
