"""The gate's loop: one turn after another until told to stop, whatever goes wrong in one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from forge_manager.base import logs
from forge_manager.base.reasons import Reason
from forge_manager.base.thread_health import ended_of
from forge_manager.gate.announce import announce
from forge_manager.gate.state import GatePhase, GateState

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.base.thread_health import Ailments, LoopAge
    from forge_manager.gate.state import Gate

#: Seconds between two looks at the source's signature (three calls of stat).
_TURN_SECONDS = 0.5
#: The same once the gate is open: no node waits, and a kubelet takes a minute to bring new files.
_READY_TURN_SECONDS = 1.0
_STOP_SECONDS = 0.3


class GateLoop:
    """Runs the provisioner in its own thread and publishes what it finds."""

    def __init__(
        self,
        *,
        step: Callable[[], GateState | None],
        gate: Gate,
        heartbeat: LoopAge,
        on_ready: Callable[[], None],
        after_turn: Callable[[bool], None] = lambda _: None,
    ) -> None:
        """Take what to call when the gate opens, and after each turn with its state."""
        self._step = step
        self._gate = gate
        self._heartbeat = heartbeat
        self._on_ready = on_ready
        self._after_turn = after_turn
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gate", daemon=True)

    def start(self) -> None:
        """Begin to turn."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the loop; a turn that hangs in the file system is left behind."""
        self._stopping.set()
        self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        # Before the first turn: a node that the previous manager left behind is waiting for
        # control.
        self._after_turn(self._gate.state.ready)
        while not self._stopping.is_set():
            self.turn()
            ready = self._gate.state.ready
            self._after_turn(ready)
            self._heartbeat.beat()
            self._stopping.wait(_READY_TURN_SECONDS if ready else _TURN_SECONDS)

    def health(self) -> Ailments:
        """Tell whether it is late, or its thread has ended without being told to."""
        if self._stopping.is_set():
            return ()
        return self._heartbeat.health() + ended_of(self._thread)

    def turn(self) -> None:
        """Make one step and publish its outcome."""
        before = self._gate.state
        try:
            after = self._step()
        except Exception as error:  # noqa: BLE001 (the loop outlives any defect of one turn)
            after = _after_defect(before, error)
        if after is None or not self._gate.publish(after):
            return
        announce(before, after)
        if after.ready and not before.ready:
            self._on_ready()


def _after_defect(before: GateState, error: Exception) -> GateState:
    message = f"unexpected error ({logs.where(error)}); trying again. Please report this"
    if before.ready:
        phase, reason = GatePhase.READY, Reason.CREDENTIALS_KEPT
    else:
        phase, reason = GatePhase.ERROR, Reason.INTERNAL_ERROR
    return GateState(phase, reason, message, credentials_provisioned=before.credentials_provisioned)
