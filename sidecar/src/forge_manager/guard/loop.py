"""One round of the guard: look, decide, act. Each part may fail without the others."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from forge_manager.base.log_lines import LogLevel, where
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.guard.logic import PERIOD_NS, GuardObservation, GuardReason, KeyOrder
from forge_manager.node.process import is_named, name_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.base.moment import Moment
    from forge_manager.fence.ports import FuseFollower, KeyStore, StateVolume
    from forge_manager.fence.protocol import Heartbeat
    from forge_manager.guard.logic import Guard, Orders
    from forge_manager.node.node_watch import NodeWatch
    from forge_manager.node.process import Held, NodeProcess

_MESSAGES = {
    KeyOrder.PUT_LIVE: "keys put in place for the node's next start",
    KeyOrder.UNLINK: "keys removed from a node that may not forge",
}


class GuardLoop:
    """Call `round` again and again; it never raises."""

    def __init__(
        self,
        *,
        guard: Guard,
        watch: NodeWatch,
        keys: KeyStore,
        state: StateVolume,
        fuse: FuseFollower,
        clocks: Callable[[], Moment],
        process_name: str,
        name_of: Callable[[int], str | None] = name_of,
        log: Callable[..., None],
    ) -> None:
        self._guard = guard
        self._watch = watch
        self._keys = keys
        self._state = state
        self._fuse = fuse
        self._clocks = clocks
        self._process_name = process_name
        self._name_of = name_of
        self._log = log
        self._node: NodeProcess | None = None
        self._killed: NodeProcess | None = None
        self._kills = 0
        self._period_ns = PERIOD_NS
        self._complaints: dict[str, str] = {}

    @property
    def node(self) -> NodeProcess | None:
        """The node's process as of the last round."""
        return self._node

    @property
    def period_ns(self) -> int:
        """From the last round to the next."""
        return self._period_ns

    def wait(self, seconds: float) -> None:
        """Wait so long, or until the node of the last round ends."""
        self._watch.wait(seconds)

    def round(self) -> None:
        """Look, decide, act. A heartbeat is written only when all of the look went well."""
        self._period_ns = PERIOD_NS
        self._attempt("round", self._round)

    def _round(self) -> None:
        live, checked = self._look_at_keys()
        held = self._watch.look()
        self._note(held)
        fence = self._state.fence()
        seen = GuardObservation(self._clocks(), live, checked, self._node, fence)
        orders = self._guard.look(seen)
        self._period_ns = self._guard.period_ns(seen)
        last = self._guard.last_fence
        if last is not None:
            self._attempt("fuse", lambda: self._fuse.follow(last, held, seen.now))
        if held is not None and orders.kill is not None:
            self._attempt("kill", lambda: self._kill(held, orders.reason))
        if orders.keys is not KeyOrder.LEAVE:
            self._attempt("keys", lambda: self._carry_out(orders))
        self._attempt("heartbeat", lambda: self._beat(orders.heartbeat, held))

    def _look_at_keys(self) -> tuple[LiveKeys, bool]:
        found = LiveKeys.SOME, False  # keys that are not known to be absent may be there

        def look() -> None:
            nonlocal found
            found = self._keys.look()

        self._attempt("look at keys", look)
        return found

    def _note(self, held: Held | None) -> None:
        found = None if held is None else held.process
        if found == self._node:
            return
        self._node = found
        if held is None:
            self._log(LogLevel.INFO, "node ended")
            return
        pid, expected = held.process.pid, self._process_name
        name = self._name_of(pid)
        self._log(LogLevel.INFO, "node found", pid=pid, name=name)
        if not is_named(name, expected):
            self._log(
                LogLevel.WARNING,
                "the node's process has a different name; set CARDANO_NODE_PROCESS_NAME to that "
                "name",
                pid=pid,
                expected=expected,
            )
        if not held.ours:
            self._log(
                LogLevel.ERROR,
                "the node cannot be signalled; run all containers of the pod as one user",
                pid=pid,
            )

    def _kill(self, held: Held, reason: GuardReason | None) -> None:
        held.signal(signal.SIGKILL)
        if self._killed != held.process:  # it is sent in every round until it has ended
            self._killed = held.process
            self._kills += 1
            self._log(LogLevel.ERROR, "node killed", reason=reason, pid=held.process.pid)

    def _carry_out(self, orders: Orders) -> None:
        if orders.keys is KeyOrder.PUT_LIVE:
            self._keys.put_live()
        else:
            self._keys.unlink()
        self._log(LogLevel.INFO, _MESSAGES[orders.keys], reason=orders.reason)

    def _beat(self, heartbeat: Heartbeat, held: Held | None) -> None:
        if held is not None and not held.ours:
            heartbeat = heartbeat._replace(
                node=None
            )  # it does not guard a node that it cannot kill
        self._state.publish_heartbeat(heartbeat._replace(kills=self._kills))

    def _attempt(self, what: str, action: Callable[[], None]) -> None:
        try:
            action()
        except Exception as error:  # noqa: BLE001 (no failure of one part ends the guard)
            complaint = f"{where(error)} {getattr(error, 'strerror', None) or ''}".strip()
            if self._complaints.get(what) != complaint:  # once, not twenty times a second
                self._complaints[what] = complaint
                self._log(
                    LogLevel.ERROR, "part of the guard's work failed", part=what, error=complaint
                )
        else:
            self._complaints.pop(what, None)
