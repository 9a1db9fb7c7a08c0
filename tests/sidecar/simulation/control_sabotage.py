"""Rules of what carries decisions out and looks around: how to take each away (sabotage)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from forge_manager.base.moment import Moment
from forge_manager.control import published as published_module
from forge_manager.control import round as round_module
from forge_manager.control.executor import Executor
from forge_manager.control.observer import Observer
from forge_manager.control.scraper import Scraper
from forge_manager.election.elector import Elector
from forge_manager.election.messages import Answer, Failure
from forge_manager.fence.protocol import Fence
from forge_manager.forging import machine as machine_module
from forge_manager.forging import scrapes as scrapes_module
from forge_manager.forging.actions import PublishFence, SendSighup, UnlinkLive
from forge_manager.forging.context import Context
from forge_manager.forging.situation import Scrape, SentSighup
from forge_manager.guard.logic import Guard, GuardObservation, KeyOrder
from forge_manager.guard.loop import GuardLoop
from forge_manager.node.bounded_socket import BoundedSocket
from forge_manager.node.metric import ForgingMetric, Reading
from forge_manager.node.node_watch import NodeWatch
from forge_manager.wiring import control as wiring_module

if TYPE_CHECKING:
    import pytest

    from forge_manager.control.observer import Observation
    from forge_manager.control.status import ForgingState
    from forge_manager.forging.actions import Action
    from forge_manager.node.process import Held

Patch = Callable[["pytest.MonkeyPatch"], None]


# The executor


def _permit_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Executor, "_check", lambda self, permit: None)


def _goes_on_after_a_failure(patch: pytest.MonkeyPatch) -> None:
    honest = Executor.carry_out

    def carry_out(self: Executor, actions: Any, held: Held | None) -> Action | None:
        failed = [honest(self, [action], held) for action in actions]
        return next((one for one in failed if one is not None), None)

    patch.setattr(Executor, "carry_out", carry_out)


def _failures_unseen(patch: pytest.MonkeyPatch) -> None:
    honest = Executor.carry_out

    def carry_out(self: Executor, actions: Any, held: Held | None) -> None:
        honest(self, actions, held)

    patch.setattr(Executor, "carry_out", carry_out)


def _sighup_dated_before_it_is_sent(patch: pytest.MonkeyPatch) -> None:
    honest = Executor._send_sighup

    def send(self: Executor, action: SendSighup, held: Held | None) -> None:
        before_ns = self._clocks().boot_ns
        honest(self, action, held)
        self.sighup = SentSighup(action.number, before_ns)

    patch.setattr(Executor, "_send_sighup", send)


def _unlinks_whoever_lives(patch: pytest.MonkeyPatch) -> None:
    honest = Executor._do

    def do(self: Executor, action: Action, held: Held | None) -> None:
        if isinstance(action, UnlinkLive):
            self._keys.unlink()
        else:
            honest(self, action, held)

    patch.setattr(Executor, "_do", do)


def _fuse_not_tended(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Executor, "_arm_or_disarm_fuse", lambda self, held: None)


def _fence_not_told(patch: pytest.MonkeyPatch) -> None:
    """Publish a fence only when it lets the node forge."""
    honest = Executor._do

    def do(self: Executor, action: Action, held: Held | None) -> None:
        if not (isinstance(action, PublishFence) and action.fence.off):
            honest(self, action, held)

    patch.setattr(Executor, "_do", do)


def _ordered_is_written(patch: pytest.MonkeyPatch) -> None:
    """Expect the guard to kill by the fence that was ordered, written or not."""
    honest = Context._guard_is_near

    def near(self: Context) -> bool:
        seen = dataclasses.replace(self.seen, fence=self.state.fence)
        return honest(dataclasses.replace(self, seen=seen))

    patch.setattr(Context, "_guard_is_near", near)


# The observer and the scraper


def _dated_by_the_answer(patch: pytest.MonkeyPatch) -> None:
    honest = ForgingMetric.scrape

    def scrape(self: ForgingMetric) -> Reading:
        reading = honest(self)
        return dataclasses.replace(reading, begun_ns=reading.answered_ns)

    patch.setattr(ForgingMetric, "scrape", scrape)


def _any_answer_counts(patch: pytest.MonkeyPatch) -> None:
    """Take what was answered for the process that is held now."""

    def scrape(self: Scraper) -> None:
        reading = self._metric.scrape()
        self._busy_since_ns = None
        if self._held is not None:
            self._take(self._held.process, reading)

    patch.setattr(Scraper, "_scrape", scrape)


def _acceptance_outlives_its_process(patch: pytest.MonkeyPatch) -> None:
    honest = Observer.look

    def look(self: Observer, now_ns: int, answered_ns: int | None) -> Any:
        before_ns = self._accepting_ns
        sight = honest(self, now_ns, answered_ns)
        if self._accepting_ns is None and sight.held is not None:
            self._accepting_ns = before_ns
        return sight

    patch.setattr(Observer, "look", look)


def _socket_looked_at_by_control(patch: pytest.MonkeyPatch) -> None:
    def here(*arguments: Any, **options: Any) -> BoundedSocket:
        return BoundedSocket(*arguments, **{**options, "elsewhere": lambda _, work: work})

    patch.setattr(wiring_module, "BoundedSocket", here)


def _hung_socket_is_a_silent_node(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(BoundedSocket, "hangs", False)


def _torn_look(patch: pytest.MonkeyPatch) -> None:
    """Let a look that ends while the process is looked for say that there is none."""
    honest = Observer.look

    def look(self: Observer, now_ns: int, answered_ns: int | None) -> Observation:
        sight = honest(self, now_ns, answered_ns)
        looked_for = sight.node.looked_for or self._socket.latest is not None
        return dataclasses.replace(
            sight, node=dataclasses.replace(sight.node, looked_for=looked_for)
        )

    patch.setattr(Observer, "look", look)


def _early_scrapes_count(patch: pytest.MonkeyPatch) -> None:
    honest = scrapes_module.extended

    def extended(run: Any, scrape: Scrape, sent: SentSighup | None) -> Any:
        return honest(run, scrape, None)

    patch.setattr(machine_module, "extended", extended)


def _one_look_at_the_socket(patch: pytest.MonkeyPatch) -> None:
    """Take a node whose socket is closed for one that has ended."""

    def look(self: NodeWatch) -> Held | None:
        self._held = self._hold_peer()
        return self._held

    patch.setattr(NodeWatch, "look", look)


def _never_by_the_fence(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(NodeWatch, "_hold_named", lambda self: None)


# The guard's loop


def _keys_after_the_fence(patch: pytest.MonkeyPatch) -> None:
    honest = GuardLoop._round

    def round_(self: GuardLoop) -> None:
        state, fence = self._state, self._state.fence()

        class Earlier:
            def __getattr__(self, name: str) -> Any:
                return getattr(state, name)

            def fence(self) -> Fence | None:
                return fence

        self._state = Earlier()
        try:
            honest(self)
        finally:
            self._state = state

    patch.setattr(GuardLoop, "_round", round_)


def _guard_leaves_the_fuse(patch: pytest.MonkeyPatch) -> None:
    class Nothing:
        def follow(self, *_: object) -> None:
            """Hold nothing."""

    honest = GuardLoop.__init__

    def init(self: GuardLoop, **options: Any) -> None:
        honest(self, **{**options, "fuse": Nothing()})

    patch.setattr(GuardLoop, "__init__", init)


def _beats_without_a_fence(patch: pytest.MonkeyPatch) -> None:
    honest = Guard.look

    def look(self: Guard, sight: GuardObservation) -> Any:
        orders = honest(self, sight)
        return orders._replace(heartbeat=orders.heartbeat._replace(node=sight.node))

    patch.setattr(Guard, "look", look)


def _latest_fence_alone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Guard, "_enforced", lambda self, sight: sight.fence or self.last_fence)


def _unlinks_under_a_permit(patch: pytest.MonkeyPatch) -> None:
    honest = Guard._keys

    def keys(self: Guard, sight: GuardObservation) -> Any:
        order, reason = honest(self, sight)
        return (KeyOrder.UNLINK, reason) if sight.node is not None else (order, reason)

    patch.setattr(Guard, "_keys", keys)


# The round, the elector, what is said


def _handed_over_at_once(patch: pytest.MonkeyPatch) -> None:
    honest = published_module.published

    def said(*arguments: Any, **options: Any) -> ForgingState:
        state = honest(*arguments, **options)
        return dataclasses.replace(state, handed_over=not state.leading)

    patch.setattr(round_module, "published", said)


def _unanswered_is_unwritten(patch: pytest.MonkeyPatch) -> None:
    honest = Elector.answered

    def answered(self: Elector, now: Moment, number: int, answer: Answer) -> None:
        if answer is Failure.UNKNOWN:
            self._writes.clear()
        honest(self, now, number, answer)

    patch.setattr(Elector, "answered", answered)


SABOTAGES: dict[str, Patch] = {
    "the executor ignores the permit": _permit_ignored,
    "the executor goes on after a failed action": _goes_on_after_a_failure,
    "a failed action is not handed back": _failures_unseen,
    "a SIGHUP is dated before it is sent": _sighup_dated_before_it_is_sent,
    "keys are unlinked whoever lives": _unlinks_whoever_lives,
    "the executor does not tend the fuse": _fuse_not_tended,
    "a fence that takes back is not written": _fence_not_told,
    "a fence that was ordered is written": _ordered_is_written,
    "a scrape is dated by its answer": _dated_by_the_answer,
    "an answer counts for whoever is held by then": _any_answer_counts,
    "an acceptance outlives its process": _acceptance_outlives_its_process,
    "control itself looks at the socket": _socket_looked_at_by_control,
    "a socket that hangs is a silent node": _hung_socket_is_a_silent_node,
    "a scrape that began before the SIGHUP counts": _early_scrapes_count,
    "a look that ends too late says that nobody is up": _torn_look,
    "a node whose socket is closed has ended": _one_look_at_the_socket,
    "the node that the fence names is not looked for": _never_by_the_fence,
    "the guard looks at the keys after the fence": _keys_after_the_fence,
    "the guard does not hold the fuse": _guard_leaves_the_fuse,
    "a guard without a fence seems to guard": _beats_without_a_fence,
    "a fence that names nobody takes back": _latest_fence_alone,
    "the guard unlinks keys under a permit": _unlinks_under_a_permit,
    "handed over as soon as no longer leading": _handed_over_at_once,
    "what was not answered was not written": _unanswered_is_unwritten,
}
