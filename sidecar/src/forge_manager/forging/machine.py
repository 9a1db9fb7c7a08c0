"""The state machine: observations go in, ordered actions come out.

It has no clock, no thread and no memory but `MachineState`. Call it on every change and at least
every `Decision.scrape_within_ns`; a call without a change orders at most what is not done yet.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forge_manager.base.moment import MILLISECOND, SECOND
from forge_manager.election.messages import LeaseIntent
from forge_manager.fence.live_keys import INCOMPLETE, LiveKeys
from forge_manager.fence.protocol import Fence
from forge_manager.fence.tenures import NONE_HELD, joined
from forge_manager.forging.actions import (
    EndNode,
    KillNode,
    PublishFence,
    PutKeysLive,
    SendSighup,
    UnlinkLive,
)
from forge_manager.forging.context import HAND_OVER_PATIENCE_NS, ON_AND_OFF_NS, Context
from forge_manager.forging.decision import Decision, Transition
from forge_manager.forging.last_resort import after
from forge_manager.forging.phases import MAY_FORGE, ForgingReason, Obstacle, Phase
from forge_manager.forging.rotation import counter_leap, counter_to_announce, keeps_older
from forge_manager.forging.rules import RULES, Rule
from forge_manager.forging.scrapes import Sighup, extended
from forge_manager.forging.state import MachineState

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.base.moment import Moment
    from forge_manager.forging.actions import Action
    from forge_manager.forging.situation import Situation
    from forge_manager.node.process import NodeProcess

_FIRST_BACK_OFF_NS = 5 * SECOND
_LAST_BACK_OFF_NS = 60 * SECOND
_SCRAPE_OFTEN_NS = 50 * MILLISECOND
_SCRAPE_LEADER_NS = 500 * MILLISECOND
#: Whoever has no keys is off, whatever a stray SIGHUP asks of it.
_SCRAPE_SELDOM_NS = SECOND
_CHANGING = (Phase.SWITCHING_ON, Phase.SWITCHING_OFF, Phase.ADOPTING)
#: In one step a process can end and another be found, off and eligible.
_MOST_TRANSITIONS = 6


class ForgingMachine:
    """One manager process's machine.

    `found`: the fence file as the previous manager left it, None if there is no credible one.
    `has_metric`: whether the node shows its forging state; without it, forging is assumed after the
    SIGHUP, and switching off means stopping the node. Under `nodeControl: none` no machine runs at
    all.
    """

    def __init__(
        self, *, pod_name: str, boot_id: str, found: Fence | None, has_metric: bool = True
    ) -> None:
        self.state = MachineState(fence=found, tenures=found.held if found else NONE_HELD)
        self._pod_name = pod_name
        self._boot_id = boot_id
        self._has_metric = has_metric

    def step(self, seen: Situation) -> Decision:
        """Decide: first which phase this is now, then what it needs done."""
        self._remember(seen)
        transitions: list[Transition] = []
        while len(transitions) < _MOST_TRANSITIONS:
            context = self._context(seen)
            rule = next(
                (r for r in RULES if self.state.phase in r.sources and r.when(context)), None
            )
            if rule is None:
                break
            cause = context.cause(rule.reason)
            transitions.append(Transition(self.state.phase, rule.target, rule.reason, cause))
            self._enter(rule, seen)
        context = self._context(seen)
        if self.state.sighup is not None and context.landed():
            refusals = self.state.refusals + context.refuses()
            self.state = replace(self.state, sighup=None, refusals=refusals)
        actions = self._actions(seen)
        context = self._context(seen)
        off = self.state.phase in (Phase.NO_NODE, Phase.STANDBY)
        fence, obstacle = self.state.fence, self._obstacle(context)
        return Decision(
            actions=tuple(actions),
            intents=self._intents(context),
            successor=seen.cluster.successor,
            counter=counter_to_announce(context),
            transitions=tuple(transitions),
            obstacle=obstacle,
            fit=self._could_forge(obstacle) and not context.keys_expired(),
            leap=counter_leap(context),
            node_may_live=off or fence is None or not fence.passed(seen.now),
            handed_over=off and not any(lease.ours for lease in seen.leases),
            scrape_within_ns=self._scrape_within_ns(),
            reloaded=self.state.reload if self.state.sighup is None else "",
        )

    def _scrape_within_ns(self) -> int:
        if self.state.phase in _CHANGING or self.state.sighup is not None:
            return _SCRAPE_OFTEN_NS
        return _SCRAPE_LEADER_NS if self.state.phase is Phase.FORGING else _SCRAPE_SELDOM_NS

    def kept_back(self, decision: Decision, fence: Fence | None, now: Moment) -> Decision:
        """Return what is left of a decision if `fence` is in force after its actions.

        While a fence that permits the node to forge could not be withdrawn, nothing is released:
        the node would heed a stray SIGHUP under it.
        """
        process = self.state.process
        if fence is None or process is None or not fence.permits(process, now):
            return decision
        kept = tuple(
            LeaseIntent.KEEP if intent is LeaseIntent.RELEASE else intent
            for intent in decision.intents
        )
        return replace(decision, intents=kept, handed_over=False)

    def is_last_resort(self, now: Moment) -> bool:
        """Tell whether an expired certificate leads, because no other pod of this cluster did."""
        return self.state.last_resort.leads(now.boot_ns)

    def _could_forge(self, obstacle: Obstacle | None) -> bool:
        phase = self.state.phase
        return phase in MAY_FORGE or (phase is Phase.STANDBY and obstacle is None)

    def _context(self, seen: Situation) -> Context:
        return Context(self.state, seen, self._pod_name, self._has_metric)

    def _obstacle(self, context: Context) -> Obstacle | None:
        if self.state.phase in (Phase.NO_NODE, Phase.STANDBY):
            return context.obstacle()
        return Obstacle.COUNTER_BEHIND if keeps_older(context) else None

    def _remember(self, seen: Situation) -> None:
        """Take from the situation what later steps need."""
        state, now_ns = self.state, seen.now.boot_ns
        reported = seen.sighup is not None and seen.sighup.number == state.sighups
        unsent = state.sighup is not None and state.sighup.number > 0 and not reported
        if unsent and seen.failed is not None:  # it failed, or an action before it
            state = replace(state, sighup=None, signalled=False, reload="")
        scrape = seen.scrape
        if unsent or scrape is None or scrape.process != state.process:
            run = None
        else:
            run = extended(state.run, scrape, seen.sighup)
        if run is not state.run:
            state = replace(state, run=run)
        ours = scrape is not None and scrape.process == state.process
        if ours and scrape is not None and scrape.forging != 1 and not state.shown_off:
            state = replace(state, shown_off=True)
        if isinstance(seen.failed, EndNode):
            state = replace(state, signalled=False)
        if scrape is not None and scrape.forging is not None:
            state = replace(state, metric_missing=False)
        if seen.failed is not None:  # a fence failed, or an action before one
            state = replace(state, fence_stale=True)
        asked = seen.hand_over
        if asked is not None and asked.token != state.hand_over_token:
            until_ns = now_ns + HAND_OVER_PATIENCE_NS
            state = replace(state, hand_over_token=asked.token, hand_over_until_ns=until_ns)
        state = replace(state, last_resort=after(state.last_resort, seen))
        tenures = joined(lease.tenures for lease in seen.leases)
        if tenures != state.tenures:
            state = replace(state, tenures=tenures)
        self.state = state

    def _enter(self, rule: Rule, seen: Situation) -> None:
        now_ns = seen.now.boot_ns
        state = replace(
            self.state,
            phase=rule.target,
            reason=rule.reason,
            entered_ns=now_ns,
            signalled=False,
            refusals=0,
        )
        if rule.target is Phase.NO_NODE:
            state = replace(state, process=None, run=None, sighup=None, shown_off=False)
        elif state.process is None:
            # A SIGHUP of the previous manager may still be in flight to a node that it left behind.
            unknown = Sighup(0, None, None) if rule.target is Phase.ADOPTING else None
            # And this manager has not seen what its metric said at its start.
            found = rule.target is Phase.ADOPTING
            state = replace(state, process=seen.node.process, sighup=unknown, shown_off=found)
        if rule.fails:
            wait = min(max(2 * state.back_off_ns, _FIRST_BACK_OFF_NS), _LAST_BACK_OFF_NS)
            state = replace(state, back_off_ns=wait, back_off_until_ns=now_ns + wait)
        elif rule.target is Phase.FORGING:
            state = replace(state, back_off_ns=0)
        elif rule.reason is ForgingReason.METRIC_MISSING:
            state = replace(state, metric_missing=True)
        if rule.reason is ForgingReason.CREDENTIALS_CHANGED:
            state = replace(state, rotated_ns=now_ns)
        self.state = state

    # What each phase needs done

    def _actions(self, seen: Situation) -> list[Action]:
        """Publish the fence before anything that lets a node forge; giving up waits for no file."""
        published, acts = self._publish(seen), self._acts(seen)
        if self.state.phase is Phase.SWITCHING_ON:
            return published + acts
        return acts + published

    def _acts(self, seen: Situation) -> list[Action]:
        process = self.state.process
        if process is None:
            return self._keep_keys_ready(seen)
        acts: dict[Phase, Callable[[NodeProcess, Situation], list[Action]]] = {
            Phase.STANDBY: self._stand_by,
            Phase.SWITCHING_ON: self._switch_on,
            Phase.SWITCHING_OFF: self._switch_off,
            Phase.ENDING: self._end,
            Phase.KILLING: self._kill,
        }
        act = acts.get(self.state.phase)
        return act(process, seen) if act else []

    def _publish(self, seen: Situation) -> list[Action]:
        fence = self._fence(seen)
        stale = self.state.fence_stale or self._context(seen).fence_unheeded()
        if fence is None or (_says_the_same(fence, self.state.fence) and not stale):
            return []
        self.state = replace(
            self.state, fence=fence, fence_stale=False, published_ns=seen.now.boot_ns
        )
        return [PublishFence(fence)]

    def _keep_keys_ready(self, seen: Situation) -> list[Action]:
        replaceable = seen.live is LiveKeys.OTHER and not seen.node.booting
        wanted = seen.node.looked_for and (seen.live in INCOMPLETE or replaceable)
        return [PutKeysLive()] if seen.credentials.checked and wanted else []

    def _stand_by(self, process: NodeProcess, seen: Situation) -> list[Action]:
        """Keep its keys away; only then have it reload its topology, if asked to."""
        if seen.live is not LiveKeys.NONE:
            return [UnlinkLive(process)]
        asked = seen.reload not in ("", self.state.reload)
        if not asked or self.state.sighup is not None or not self._has_metric:
            return []
        self.state = replace(self.state, reload=seen.reload)
        # Once more, because the guard may have put keys back that it saw missing long before.
        return [
            UnlinkLive(process),
            replace(self._order_sighup(process, seen, target=0), reload=True),
        ]

    def _switch_on(self, process: NodeProcess, seen: Situation) -> list[Action]:
        context = self._context(seen)
        if self.state.signalled or self.state.sighup is not None:
            return []
        if context.counter_behind() or not context.announced():  # the checked set has changed
            return []
        keys = PutKeysLive(seen.credentials.name, self._permit())
        return [keys, self._order_sighup(process, seen, target=1)]

    def _switch_off(self, process: NodeProcess, seen: Situation) -> list[Action]:
        """Unlink at once; signal when nothing is in flight, and again if that had no effect."""
        if self.state.sighup is None:
            return [UnlinkLive(process), self._order_sighup(process, seen, target=0)]
        return [] if seen.live is LiveKeys.NONE else [UnlinkLive(process)]

    def _end(self, process: NodeProcess, _: Situation) -> list[Action]:
        if self.state.signalled:
            return []
        self.state = replace(self.state, signalled=True)
        return [EndNode(process)]

    def _kill(self, process: NodeProcess, _: Situation) -> list[Action]:
        return [KillNode(process)]

    def _order_sighup(self, process: NodeProcess, seen: Situation, *, target: int) -> SendSighup:
        """Return the order, and remember that this signal is on its way."""
        number = self.state.sighups + 1
        before = self._context(seen).metric()
        self.state = replace(
            self.state,
            sighup=Sighup(number, target, before),
            sighups=number,
            signalled=True,
            run=None,
        )
        return SendSighup(process, number, self._permit() if target else None)

    def _permit(self) -> Fence | None:
        """Return the fence, with an expiry that leaves time to switch off again."""
        fence = self.state.fence
        return fence and fence._replace(forge_until_ns=fence.forge_until_ns - ON_AND_OFF_NS)

    def _fence(self, seen: Situation) -> Fence | None:
        """Return the fence that must be in force now, None to leave it as it is."""
        state = self.state
        unknown = seen.node.socket_hangs or not seen.node.looked_for
        if state.phase is Phase.NO_NODE and state.fence is None and unknown:
            return None  # a node may be forging
        if state.phase in (Phase.NO_NODE, Phase.STANDBY):
            return self._fence_of(until_ns=0, off=True)
        if state.phase is Phase.KILLING:
            return self._fence_of(until_ns=0, off=False)  # so that the guard kills as well
        if not self._context(seen).leases_proven():
            return None
        # A waived lease whose proof has expired says nothing; the local one is never waived.
        proofs = [one.proof for one in seen.leases if one.proof and one.proven(seen.now)]
        return self._fence_of(
            until_ns=min(proof.forge_until_ns for proof in proofs),
            off=False,
            offset_ns=min(proof.sent.offset_ns for proof in proofs),
        )

    def _fence_of(self, *, until_ns: int, off: bool, offset_ns: int | None = None) -> Fence:
        held = self.state.tenures
        return Fence(
            self._boot_id,
            self.state.process,
            until_ns,
            held.offset_ns if offset_ns is None else offset_ns,
            off,
            held.marks,
            held.until_ns,
        )

    def _intents(self, context: Context) -> tuple[LeaseIntent, ...]:
        """Return what each elector must do.

        Several leases are taken one after the other: two replicas that hold one each would wait for
        ever. The first are this cluster's own; one that is shared with other clusters is asked for
        only if this cluster is permitted to forge. While the node may forge, or is not known to be
        off, what is held is renewed.
        """
        leases, phase = context.seen.leases, self.state.phase
        if phase not in (Phase.NO_NODE, Phase.STANDBY, Phase.ADOPTING):
            return (LeaseIntent.KEEP,) * len(leases)
        if phase is not Phase.ADOPTING and not (phase is Phase.STANDBY and context.may_campaign()):
            return (LeaseIntent.RELEASE,) * len(leases)
        adopting, cluster = phase is Phase.ADOPTING, context.seen.cluster
        later = LeaseIntent.KEEP if adopting else LeaseIntent.RELEASE
        barred = cluster.forbids if adopting else not cluster.permitted
        intents: list[LeaseIntent] = []
        for lease in leases:
            if LeaseIntent.CAMPAIGN in intents or (barred and lease.shared):
                intents.append(later)
            else:
                held = lease.proven(context.seen.now)
                intents.append(LeaseIntent.KEEP if held else LeaseIntent.CAMPAIGN)
        return tuple(intents)


def _says_the_same(fence: Fence, before: Fence | None) -> bool:
    """Tell whether it need not be rewritten: with the node off, a renewal changes nothing."""
    if before is not None and fence.off:
        fence = fence._replace(
            wall_offset_ns=before.wall_offset_ns, tenures_until_ns=before.tenures_until_ns
        )
    return fence == before
