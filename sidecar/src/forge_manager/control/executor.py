"""Carry out the machine's actions in order until one fails; a permission still gets withdrawn."""

from __future__ import annotations

import logging
import signal
from typing import TYPE_CHECKING

from forge_manager.base import logs
from forge_manager.fence.keys import NoCheckedSetError
from forge_manager.forging.actions import (
    EndNode,
    KillNode,
    PublishFence,
    PutKeysLive,
    SendSighup,
    UnlinkLive,
)
from forge_manager.forging.situation import SentSighup

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forge_manager.base.moment import Moment
    from forge_manager.control.record import ControlRecord
    from forge_manager.fence.ports import FuseFollower, KeyStore, StateVolume
    from forge_manager.fence.protocol import Fence
    from forge_manager.forging.actions import Action
    from forge_manager.node.process import Held, NodeProcess

_log = logging.getLogger(__name__)


class _NotDoneError(Exception):
    """The action no longer applies: its process has ended, or its permit has passed."""


class Executor:
    """Does the work of forging control. `fence`: the last one written."""

    def __init__(
        self,
        *,
        state: StateVolume,
        keys: KeyStore,
        fuse: FuseFollower,
        found: Fence | None,
        clocks: Callable[[], Moment],
        record: ControlRecord,
    ) -> None:
        """Take the tools, and the fence as the previous manager left it."""
        self._state = state
        self._fuse = fuse
        self.fence = found
        self._fuse_complaint = ""
        self._keys = keys
        self._clocks = clocks
        self._record = record
        self._killed: NodeProcess | None = None
        self._complaint = ""
        self.sighup: SentSighup | None = None

    def carry_out(self, actions: Sequence[Action], held: Held | None) -> Action | None:
        """Return the first action that failed, None when all were done. `held`: the node's process.

        After a failure only a fence that permits nothing is still published: if this manager cannot
        kill a node, the guard does so by that fence.
        """
        self._arm_or_disarm_fuse(held)
        failed: Action | None = None
        for action in actions:
            if failed is not None and not _permits_nothing(action):
                continue
            try:
                self._do(action, held)
            except (OSError, NoCheckedSetError, _NotDoneError) as error:
                if failed is None:
                    self._complain(type(action).__name__, logs.where(error))
                    failed = action
        if actions and failed is None:
            self._complaint = ""
        return failed

    def _complain(self, action: str, error: str) -> None:
        if self._complaint != f"{action} {error}":  # once, not in every round
            self._complaint = f"{action} {error}"
            _log.warning("action failed", extra=logs.fields(action=action, error=error))

    def _arm_or_disarm_fuse(self, held: Held | None) -> None:
        """Arm it while the fence permits this node to forge, else disarm it.

        Touches the fuse's FIFOs and their owner, the node, and the timer that ends this process. A
        failure is logged: then nothing kills the node if manager and guard both fail.
        """
        if self.fence is None:
            return
        try:
            self._fuse.follow(self.fence, held, self._clocks())
            self._fuse_complaint = ""
        except OSError as error:
            if self._fuse_complaint != logs.where(error):
                self._fuse_complaint = logs.where(error)
                _log.warning(
                    "no fuse: if manager and guard both fail, nothing kills the node",
                    extra=logs.fields(error=self._fuse_complaint),
                )

    def _do(self, action: Action, held: Held | None) -> None:
        if isinstance(action, PublishFence):
            self._state.publish_fence(action.fence)
            self.fence = action.fence
            self._arm_or_disarm_fuse(held)
        elif isinstance(action, PutKeysLive):
            self._check(action.permit)
            self._keys.put_live(action.name)
        elif isinstance(action, UnlinkLive):
            if self._is(held, action.process):
                self._keys.unlink()
        elif isinstance(action, SendSighup):
            self._send_sighup(action, held)
        elif isinstance(action, EndNode):
            self._signal(held, action.process, signal.SIGTERM)
        elif isinstance(action, KillNode):
            self._signal(held, action.process, signal.SIGKILL)
            if self._killed != action.process:  # ordered again until it has ended
                self._killed = action.process
                self._record.kills.inc()

    def _send_sighup(self, action: SendSighup, held: Held | None) -> None:
        self._check(action.permit)
        self._signal(held, action.process, signal.SIGHUP)
        self.sighup = SentSighup(action.number, self._clocks().boot_ns)
        what = "reload_topology" if action.reload else "disable_forging"
        self._record.sighups.labels("enable_forging" if action.permit else what).inc()

    def _check(self, permit: Fence | None) -> None:
        if permit is not None and permit.passed(self._clocks()):
            raise _NotDoneError

    def _signal(self, held: Held | None, process: NodeProcess, number: int) -> None:
        if held is None or held.process != process or not held.signal(number):
            raise _NotDoneError

    def _is(self, held: Held | None, process: NodeProcess) -> bool:
        return held is not None and held.process == process and held.alive()


def _permits_nothing(action: Action) -> bool:
    return isinstance(action, PublishFence) and action.fence.forge_until_ns == 0
