"""What becomes of a manager's actions: some fail, one of them fails every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.forging.actions import (
    EndNode,
    KillNode,
    PublishFence,
    PutKeysLive,
    SendSighup,
    UnlinkLive,
)
from tests.sidecar.simulation.part import Part

if TYPE_CHECKING:
    from forge_manager.forging.actions import Action
    from tests.sidecar.simulation.pod import Pod
    from tests.sidecar.simulation.world import Event


class ActionFaults(Part):
    """Failures of what a manager does to files and processes."""

    def actions_fail(self) -> None:
        """Actions of every manager fail now and then."""
        self.world.log("actions fail")
        self.cluster.action_failures = 0.3

        def work() -> None:
            self.cluster.action_failures = 0.0

        self.faults.lasting(500, 10000, work)

    def publish_fence_fails(self) -> None:
        """A manager cannot write its fence file, each time."""
        self._fails(PublishFence)

    def put_keys_live_fails(self) -> None:
        """A manager cannot put keys in place, each time."""
        self._fails(PutKeysLive)

    def unlink_live_fails(self) -> None:
        """A manager cannot take keys away, each time."""
        self._fails(UnlinkLive)

    def send_sighup_fails(self) -> None:
        """A manager cannot send SIGHUP, each time."""
        self._fails(SendSighup)

    def end_node_fails(self) -> None:
        """A manager cannot send SIGTERM, each time."""
        self._fails(EndNode)

    def kill_node_fails(self) -> None:
        """A manager cannot send SIGKILL, each time."""
        self._fails(KillNode)

    def state_volume_full(self) -> None:
        """Neither fence nor heartbeat can be written: the state volume of a pod is full."""
        pod = self._pod()
        if pod.full_since_ns is not None:
            return
        self.world.log(f"{pod.name} state volume is full")
        pod.full_since_ns = self.world.real_ns

        def empty() -> None:
            self.world.log(f"{pod.name} state volume has room again")
            pod.full_since_ns = None
            pod.troubled_ns = self.world.real_ns

        self._for_a_while_or_for_good(pod, empty)

    def _fails(self, action: type[Action]) -> None:
        pod = self._pod()
        if pod.failing is not None:
            return
        self.world.log(f"{pod.name} {action.__name__} fails from now on")
        pod.failing = action

        def work() -> None:
            self.world.log(f"{pod.name} {action.__name__} works again")
            pod.failing = None
            pod.troubled_ns = self.world.real_ns

        self._for_a_while_or_for_good(pod, work)

    def _for_a_while_or_for_good(self, pod: Pod, repair: Event) -> None:
        index = self.cluster.pods.index(pod) if pod in self.cluster.pods else None
        if index is not None and self.world.chance(0.3) and self.faults.impair(index):
            self.world.log("... for good")
        else:
            self.faults.lasting_any(repair)
