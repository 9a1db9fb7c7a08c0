"""Every rule that the simulation proves necessary: how to take it away.

A rule that is backed by a second line (the guard behind the manager's own deadline) shows by what
it costs: a node that is killed for no reason, a start without files, nobody that forges in the end.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from forge_manager.base.moment import Moment
from forge_manager.election import elector as elector_module
from forge_manager.election import knowledge as knowledge_module
from forge_manager.election.elector import Elector
from forge_manager.election.knowledge import LeaseKnowledge
from forge_manager.election.messages import LeaseIntent, Proof
from forge_manager.election.record import LeaseRecord
from forge_manager.election.terms import Terms
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.fence.protocol import Fence
from forge_manager.fence.tenures import Tenures
from forge_manager.forging import machine as machine_module
from forge_manager.forging import rotation as rotation_module
from forge_manager.forging import rules as rules_module
from forge_manager.forging import scrapes as scrapes_module
from forge_manager.forging.actions import PublishFence, PutKeysLive, SendSighup, UnlinkLive
from forge_manager.forging.context import OFF_TIMEOUT_NS, Context
from forge_manager.forging.last_resort import LastResort
from forge_manager.forging.machine import ForgingMachine
from forge_manager.forging.phases import ForgingReason, Phase
from forge_manager.gate import provisioner as provisioner_module
from forge_manager.guard.logic import Guard, GuardReason, KeyOrder
from forge_manager.node.process import NodeProcess
from tests.sidecar.simulation import manager_process as manager_process_module
from tests.sidecar.simulation.api import ApiServer
from tests.sidecar.simulation.surroundings import Kernel

if TYPE_CHECKING:
    import pytest

_honest_why_kill = Guard._why_kill

Patch = Callable[["pytest.MonkeyPatch"], None]


def _without_rule(*reasons: ForgingReason) -> Patch:
    def apply(patch: pytest.MonkeyPatch) -> None:
        kept = tuple(rule for rule in rules_module.RULES if rule.reason not in reasons)
        patch.setattr(machine_module, "RULES", kept)

    return apply


def _with_rule(reason: ForgingReason, when: Callable[[Context], bool]) -> Patch:
    def apply(patch: pytest.MonkeyPatch) -> None:
        changed = tuple(
            dataclasses.replace(rule, when=when) if rule.reason is reason else rule
            for rule in rules_module.RULES
        )
        patch.setattr(machine_module, "RULES", changed)

    return apply


def _returning(owner: Any, name: str, value: object) -> Patch:
    return lambda patch: patch.setattr(owner, name, lambda *_, **__: value)


def _actions(change: Callable[[list[Any]], list[Any]]) -> Patch:
    def apply(patch: pytest.MonkeyPatch) -> None:
        honest = ForgingMachine._actions
        patch.setattr(ForgingMachine, "_actions", lambda self, seen: change(honest(self, seen)))

    return apply


def _puts_whatever(patch: pytest.MonkeyPatch) -> None:
    for module in (manager_process_module, provisioner_module):
        patch.setattr(module, "keeps", lambda *_: False)


def _intents(phase: Phase, intent: LeaseIntent) -> Patch:
    def apply(patch: pytest.MonkeyPatch) -> None:
        honest = ForgingMachine._intents

        def intents(self: ForgingMachine, context: Context) -> tuple[LeaseIntent, ...]:
            found = honest(self, context)
            return (intent,) * len(found) if self.state.phase is phase else found

        patch.setattr(ForgingMachine, "_intents", intents)
        nothing_kept_back(patch)

    return apply


def nothing_kept_back(patch: pytest.MonkeyPatch) -> None:
    """Release whatever stands: the net below each rule about releasing."""
    patch.setattr(ForgingMachine, "kept_back", lambda _, decision, *__: decision)


def _guard_orders(**changes: Any) -> Patch:
    def apply(patch: pytest.MonkeyPatch) -> None:
        honest = Guard.look
        patch.setattr(Guard, "look", lambda self, sight: honest(self, sight)._replace(**changes))

    return apply


def _timed_from_the_answer(patch: pytest.MonkeyPatch) -> None:
    honest = Elector._acknowledge

    def acknowledge(self: Any, now: Moment, lease: Any, write: Any) -> None:
        honest(self, now, lease, dataclasses.replace(write, sent=now))

    patch.setattr(Elector, "_acknowledge", acknowledge)


def _name_is_enough(patch: pytest.MonkeyPatch) -> None:
    def is_ours(self: LeaseKnowledge, *_: object) -> bool:
        return self.record.holder == self._identity

    patch.setattr(LeaseKnowledge, "is_ours", is_ours)


def _missing_is_free(patch: pytest.MonkeyPatch) -> None:
    honest = LeaseKnowledge.see_missing

    def see_missing(self: LeaseKnowledge, now: Moment) -> None:
        honest(self, now)
        self._free_at_ns = 0

    patch.setattr(LeaseKnowledge, "see_missing", see_missing)


def _own_duration_only(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(knowledge_module, "LONGEST_DURATION_S", 0)


def _waits_shorten(patch: pytest.MonkeyPatch) -> None:
    honest = LeaseKnowledge._wait_for

    def wait_for(self: LeaseKnowledge, now: Moment, record: LeaseRecord) -> None:
        self._free_at_ns = 0
        honest(self, now, record)

    patch.setattr(LeaseKnowledge, "_wait_for", wait_for)


def _not_waited_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(LeaseKnowledge, "_wait_for", lambda self, now, record: None)


def _empty_is_released(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(knowledge_module, "is_release_of", lambda lease, _: not lease.record.holder)


def _foreign_write_ignored(patch: pytest.MonkeyPatch) -> None:
    """Go on, and renew over whatever is there."""
    patch.setattr(elector_module, "is_same", lambda one, other: True)


def _boot_time_only(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Fence, "passed", lambda self, now: now.boot_ns >= self.forge_until_ns)


def _counter_ignored(patch: pytest.MonkeyPatch) -> None:
    honest = LeaseKnowledge.obstacle
    patch.setattr(
        LeaseKnowledge, "obstacle", lambda self, now, _, bond: honest(self, now, None, bond)
    )
    patch.setattr(Context, "counter_behind", lambda self: False)


def _counter_falls(patch: pytest.MonkeyPatch) -> None:
    def renewal(self: Any, now: Moment, record: LeaseRecord, _: object) -> LeaseRecord:
        return dataclasses.replace(
            record, renewed_us=self._stamp_us(now), counter=self._counter or record.counter
        )

    patch.setattr(Elector, "_renewal", renewal)


def _only_passed(self: Guard, node: NodeProcess, now: Moment) -> GuardReason | None:
    """Decide as the guard does, but for a fence that was never read."""
    return None if self.last_fence is None else _honest_why_kill(self, node, now)


def _fence_last(actions: list[Any]) -> list[Any]:
    return sorted(actions, key=lambda action: isinstance(action, PublishFence))


def _no_unlink(actions: list[Any]) -> list[Any]:
    return [action for action in actions if not isinstance(action, UnlinkLive)]


def _no_permit(actions: list[Any]) -> list[Any]:
    return [
        dataclasses.replace(action, permit=None)
        if isinstance(action, SendSighup | PutKeysLive)
        else action
        for action in actions
    ]


def _any_set(actions: list[Any]) -> list[Any]:
    return [
        dataclasses.replace(action, name=None) if isinstance(action, PutKeysLive) else action
        for action in actions
    ]


def _tenures_outlive(patch: pytest.MonkeyPatch) -> None:
    """Leave in the fence file what was held last, whatever became of it."""
    honest = ForgingMachine._remember

    def remember(self: ForgingMachine, seen: Any) -> None:
        before = self.state.tenures
        honest(self, seen)
        if not self.state.tenures.marks:
            self.state = dataclasses.replace(self.state, tenures=before)

    patch.setattr(ForgingMachine, "_remember", remember)


def _signalled_with_keys(patch: pytest.MonkeyPatch) -> None:
    honest = ForgingMachine._stand_by

    def stand_by(self: ForgingMachine, process: NodeProcess, seen: Any) -> list[Any]:
        if not seen.reload:
            return honest(self, process, seen)
        away = dataclasses.replace(seen, live=LiveKeys.NONE)
        return _no_unlink(honest(self, process, away))

    patch.setattr(ForgingMachine, "_stand_by", stand_by)


def _margin_none(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Terms, "margin_ns", property(lambda self: 0))


SABOTAGES: dict[str, Patch] = {
    # Election
    "a changed record is not waited for": _not_waited_for,
    "writes without resourceVersion": _returning(ApiServer, "_preconditions_hold", True),
    "a holding timed from its answer": _timed_from_the_answer,
    "the name in the Lease is enough": _name_is_enough,
    "a missing Lease is free": _missing_is_free,
    "an emptied Lease is free": _empty_is_released,
    "the record's leaseDuration is not honoured": _own_duration_only,
    "a change shortens the wait": _waits_shorten,
    "a foreign write is ignored": _foreign_write_ignored,
    "a holding never ends": _returning(Proof, "holds", True),
    "no margin before the end of the lease": _margin_none,
    "an older certificate may lead": _counter_ignored,
    "the recorded counter falls": _counter_falls,
    "a tenure outlives its end": _tenures_outlive,
    "a tenure lasts for ever": _returning(Tenures, "over", False),
    "a fall of versions goes unnoticed": _returning(Elector, "_fell_back", False),
    "who heard nothing for long knows all the same": _returning(LeaseKnowledge, "attentive", True),
    "a renewal proves whenever it is answered": _returning(Elector, "_is_late", False),
    # Guard
    "the guard does not kill": _guard_orders(kill=None),
    "the fence trusts boot time alone": _boot_time_only,
    "an unreadable fence permits": lambda patch: patch.setattr(Guard, "_why_kill", _only_passed),
    "the guard keeps no keys": _guard_orders(keys=KeyOrder.LEAVE),
    # Machine
    "a lost lease is no reason to stop": _without_rule(ForgingReason.LEASE_NOT_PROVEN),
    "a silent guard is no reason to stop": _without_rule(ForgingReason.GUARD_SILENT),
    "forging without a lease is tolerated": _without_rule(
        ForgingReason.FORGING_WITHOUT_LEASE, ForgingReason.FORGING_SHOWN_AT_START
    ),
    "a metric that lies has no reason of its own": _without_rule(
        ForgingReason.FORGING_SHOWN_AT_START
    ),
    "expired keys are no reason to give up": _without_rule(ForgingReason.KES_PERIOD_EXPIRED),
    "expired keys are no obstacle": _returning(Context, "stands_back_expired", value=False),
    "keys that are not yet valid are no obstacle": _returning(
        Context, "keys_not_yet_valid", value=False
    ),
    "whatever is delivered takes the place of good keys": _puts_whatever,
    "expired keys never lead again": _returning(LastResort, "leads", value=False),
    "a node that does not go off lives": _without_rule(ForgingReason.NODE_DID_NOT_GO_OFF),
    "a hold is not heeded": _without_rule(ForgingReason.HELD_OFF),
    "a hand-over is not heeded": _without_rule(ForgingReason.HANDING_OVER),
    "a node that was found is off": _without_rule(ForgingReason.NODE_FOUND_UNPROVEN),
    "off as soon as it is ordered": _with_rule(
        ForgingReason.OFF_CONFIRMED, lambda context: context.state.signalled
    ),
    "off as soon as the metric says so": lambda patch: patch.setattr(
        scrapes_module, "SETTLE_NS", 0
    ),
    "a slow page has its node killed": _with_rule(
        ForgingReason.NODE_DID_NOT_GO_OFF, lambda context: context._overdue(OFF_TIMEOUT_NS)
    ),
    "several SIGHUPs in flight": _returning(Context, "landed", True),
    "released under a fence that could not be taken back": nothing_kept_back,
    "released while switching off": _intents(Phase.SWITCHING_OFF, LeaseIntent.RELEASE),
    "released while being killed": _intents(Phase.KILLING, LeaseIntent.RELEASE),
    "released while adopting": _intents(Phase.ADOPTING, LeaseIntent.RELEASE),
    "the fence is published last": _actions(_fence_last),
    "the keys are not unlinked": _actions(_no_unlink),
    "a SIGHUP is sent after its permit": _actions(_no_permit),
    # New keys
    "a standby leads with an older certificate under a lease that it holds": _returning(
        Context, "counter_behind", False
    ),
    "new keys are used before the Lease says so": _returning(Context, "announced", True),
    "whichever set lies there is put in place": _actions(_any_set),
    "new keys are never taken": _without_rule(ForgingReason.CREDENTIALS_CHANGED),
    "new keys are taken at every turn": lambda patch: patch.setattr(
        rotation_module, "ROTATION_PAUSE_NS", 0
    ),
    "a standby is signalled with its keys in place": _signalled_with_keys,
    # Without a metric
    "released while the node is told to end": _intents(Phase.ENDING, LeaseIntent.RELEASE),
    "a node that does not end lives": _without_rule(ForgingReason.NODE_DID_NOT_END),
    "without a metric forging is never assumed": _without_rule(ForgingReason.FORGING_ASSUMED),
    "keys are exchanged under a node that boots": _returning(Kernel, "is_booting", False),
}
