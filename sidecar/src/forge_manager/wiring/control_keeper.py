"""Start forging control when there is something to control, and again if that fails."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from forge_manager.base import logs
from forge_manager.base.thread_health import LoopAge
from forge_manager.settings.shared import NodeControl

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.base.thread_health import Ailments
    from forge_manager.control.status import ForgingStatus
    from forge_manager.gate.slot_clock_reader import SlotClockReader
    from forge_manager.metrics.telemetry import Telemetry
    from forge_manager.node.peer import NodeSocket
    from forge_manager.settings.manager import Settings
    from forge_manager.wiring.control_start import Running

_RETRY_SECONDS = 10.0

_log = logging.getLogger(__name__)


class ControlKeeper:
    """Imports and starts control only when it is needed: its imports are heavy."""

    def __init__(
        self,
        settings: Settings,
        telemetry: Callable[[], Telemetry],
        status: ForgingStatus,
        socket: NodeSocket,
        *,
        network_clock: SlotClockReader,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._telemetry = telemetry
        self._status = status
        self._socket = socket
        self._network_clock = network_clock
        self._clock = clock
        self._heartbeat: LoopAge | None = None
        self._running: Running | None = None
        self._try_at = clock()
        self._said = False

    def keep(self, ready: bool) -> None:  # noqa: FBT001 (the gate's state)
        """Start control if that is due; never raises.

        It is due once the gate has opened, or earlier if the previous manager left a node behind,
        which may forge under its fence.
        """
        if not self._settings.managed:
            self._say_why_not()
            return
        if self._heartbeat or self._clock() < self._try_at:
            return
        try:
            if ready or self._node_left_behind():
                from forge_manager.wiring.control_start import start  # noqa: PLC0415 (heavy)

                heartbeat = LoopAge("control")
                self._running = start(
                    self._settings,
                    self._socket,
                    self._telemetry(),
                    self._status,
                    heartbeat.beat,
                    clock=self._network_clock,
                )
                self._heartbeat = heartbeat
        except Exception as error:  # noqa: BLE001 (provisioning goes on, and it is tried again)
            self._try_at = self._clock() + _RETRY_SECONDS
            _log.error(
                "forging control could not start; trying again",
                extra=logs.fields(error=logs.where(error), detail=str(error)),
            )

    def _say_why_not(self) -> None:
        if self._said:
            return
        self._said = True
        if self._settings.shared.control is NodeControl.NONE:
            _log.warning(
                "with node control none, the node forges from its start and is never switched off; "
                "there is no election, so run only one replica"
            )
        else:
            _log.warning(
                "no volumes shared with a guard: forging is never switched on",
                extra=logs.fields(
                    state=self._settings.shared.state, checked=self._settings.shared.checked
                ),
            )

    def health(self) -> Ailments:
        """Return which threads of control are late or have ended; none before its start."""
        if self._running is None or self._heartbeat is None:
            return ()
        return self._heartbeat.health() + self._running.health()

    def stop(self) -> None:
        """Stop control if it was started."""
        if self._running is not None:
            self._running.stop()

    def _node_left_behind(self) -> bool:
        from forge_manager.base.clocks import read_boot_id  # noqa: PLC0415 (as above)
        from forge_manager.fence.state_directory import StateDirectory  # noqa: PLC0415 (as above)

        fence = StateDirectory(self._settings.shared.state, read_boot_id()).fence()
        return fence is not None and fence.node is not None
