"""Which process is the node, in order of preference; the processes are fakes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from forge_manager.node.node_watch import NodeWatch
from forge_manager.node.process import HeldProcess, NodeProcess

OLD, NEW = NodeProcess(41, 1000), NodeProcess(57, 9000)


@dataclass
class World:
    living: set[NodeProcess] = field(default_factory=set)
    listens: NodeProcess | None = None
    fence_names: NodeProcess | None = None
    connections: int = 0
    holding: list[NodeProcess] = field(default_factory=list)

    def hold(self, process: NodeProcess) -> HeldProcess | None:
        if process not in self.living:
            return None
        self.holding.append(process)
        return cast("HeldProcess", FakeHeld(self, process))

    def hold_peer(self) -> HeldProcess | None:
        self.connections += 1
        return None if self.listens is None else self.hold(self.listens)

    def watch(self) -> NodeWatch:
        return NodeWatch(hold_peer=self.hold_peer, named=lambda: self.fence_names, hold=self.hold)


@dataclass
class FakeHeld:
    world: World
    process: NodeProcess

    def alive(self) -> bool:
        return self.process in self.world.living

    def close(self) -> None:
        self.world.holding.remove(self.process)


def _found(watch: NodeWatch) -> NodeProcess | None:
    held = watch.look()
    return None if held is None else held.process


def test_it_is_held_until_it_ends_whether_or_not_it_listens() -> None:
    world = World({OLD}, listens=OLD)
    watch = world.watch()
    assert _found(watch) == OLD
    world.listens = None
    assert _found(watch) == OLD
    world.living.add(NEW)
    world.listens = world.fence_names = NEW
    assert _found(watch) == OLD
    assert world.connections == 1
    world.living.remove(OLD)
    assert _found(watch) == NEW
    assert world.holding == [NEW]


def test_the_fence_names_it_before_the_socket_does() -> None:
    world = World({OLD, NEW}, listens=NEW, fence_names=OLD)
    assert _found(world.watch()) == OLD
    assert world.connections == 0


def test_a_fence_that_names_a_dead_one_leaves_the_socket() -> None:
    world = World({NEW}, listens=NEW, fence_names=OLD)
    assert _found(world.watch()) == NEW


def test_a_number_in_use_again_is_not_the_process_that_the_fence_names() -> None:
    """Pid reuse: the same number, another start."""
    reused = OLD._replace(start_ticks=OLD.start_ticks + 1)
    world = World({reused}, fence_names=OLD)
    assert _found(world.watch()) is None


def test_nobody() -> None:
    watch = World().watch()
    assert _found(watch) is None
    assert watch.held is None
