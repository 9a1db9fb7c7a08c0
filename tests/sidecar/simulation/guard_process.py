"""The guard's process: its real loop, on a simulated pod."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from forge_manager.guard.logic import PERIOD_NS
from forge_manager.guard.loop import GuardLoop
from forge_manager.node.node_watch import NodeWatch
from tests.sidecar.simulation.key_rules import InvariantError
from tests.sidecar.simulation.surroundings import (
    Kernel,
    KeyVolumes,
    NodeSocket,
    OwnFuse,
    StateVolume,
)
from tests.sidecar.simulation.world import Process

if TYPE_CHECKING:
    from forge_manager.fence.protocol import Fence
    from forge_manager.guard.logic import Guard
    from tests.sidecar.simulation.pod import Pod

_NAME = "cardano-node"


class GuardProcess(Process):
    """One run of the guard's container."""

    def __init__(self, pod: Pod) -> None:
        super().__init__(pod.world, pod.machine)
        self._guard: Guard = pod.cluster.make_guard(pod.machine.boot_id)
        state = StateVolume(self, pod)
        self._loop = GuardLoop(
            guard=self._guard,
            watch=NodeWatch(
                hold_peer=NodeSocket(self, pod).hold,
                named=state.named_node,
                hold=Kernel(self, pod).hold,
            ),
            keys=KeyVolumes(self, pod),
            state=state,
            fuse=OwnFuse(self),
            clocks=self.machine.now,
            process_name=_NAME,
            name_of=lambda _: _NAME,
            log=self._log,
        )
        self.after(self.world.ms(50, 300), lambda: self.run(self._run))

    @property
    def enforced(self) -> Fence | None:
        """The fence that it would end the node by."""
        return self._guard.last_fence

    def _run(self) -> None:
        while True:
            self._loop.round()
            quiet = self._loop.period_ns > PERIOD_NS
            self.wait(self.world.ms(160, 320) if quiet else self.world.ms(40, 120))

    def _log(self, *_: object, **__: object) -> None:
        """Let no error of a part pass that the guard itself lives with."""
        error = sys.exception()
        if isinstance(error, InvariantError):
            raise error
        if error is not None:
            raise InvariantError(f"a part of the guard failed: {error}") from error
