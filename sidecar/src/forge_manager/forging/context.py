"""The questions that the machine's rules ask of a situation; each answers one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forge_manager.base.moment import MILLISECOND, SECOND
from forge_manager.credentials.verdict import KesTime
from forge_manager.forging.actions import SendSighup, UnlinkLive
from forge_manager.forging.phases import ForgingReason, Obstacle, Phase
from forge_manager.forging.scrapes import has_landed

if TYPE_CHECKING:
    from forge_manager.base.moment import Moment
    from forge_manager.fence.protocol import Fence
    from forge_manager.forging.situation import Scrape, Situation
    from forge_manager.forging.state import MachineState

#: A guard that has been silent for this long counts as not guarding.
GUARD_SILENCE_NS = 2 * SECOND
#: A fence that no guard seems to have read is published again after this long.
PUBLISH_AGAIN_NS = 1 * SECOND
#: A node whose socket accepts nothing for this long is shutting down, or stuck.
NODE_SILENCE_NS = 10 * SECOND
#: Without a scrape for this long, nothing can be confirmed.
SCRAPE_SILENCE_NS = 5 * SECOND
ON_TIMEOUT_NS = 10 * SECOND
OFF_TIMEOUT_NS = 5 * SECOND
#: While the leases are proven, and a guard would kill the node if this manager could not, killing a
#: slow or stalled node gains nothing. The node is killed only once it has taken this many SIGHUPs
#: and still forges, or has not answered for so long that another pod should lead.
MOST_REFUSALS = 3
STALL_NS = 30 * SECOND
#: A stopped node writes its state first; a killed one starts slowly.
END_TIMEOUT_NS = 120 * SECOND
#: The manager kills this long before the guard would, and starts switching off a node that it found
#: early enough for an orderly switch-off.
KILL_AHEAD_NS = 500 * MILLISECOND
OFF_TIME_NS = 3 * SECOND
#: A node is switched on while its leases are proven for at least this long.
ON_TIME_NS = 1 * SECOND
#: From the SIGHUP that switches on to the fence: time to switch on, and off again in order.
ON_AND_OFF_NS = 1500 * MILLISECOND
#: How long others stand back for the pod that an operator named.
HAND_OVER_PATIENCE_NS = 10 * SECOND


@dataclass(frozen=True, slots=True)
class Context:
    """One state in one situation."""

    state: MachineState
    seen: Situation
    pod_name: str
    has_metric: bool

    @property
    def now_ns(self) -> int:
        """CLOCK_BOOTTIME."""
        return self.seen.now.boot_ns

    # The node

    def node_gone(self) -> bool:
        """Tell whether the phase's node process has ended; another may already be up."""
        return self.seen.node.process != self.state.process

    def node_found(self) -> bool:
        """Tell whether a node's process is known."""
        return self.seen.node.process is not None

    def node_found_unproven(self) -> bool:
        """Tell whether the node may forge under the last manager's fence, or that fence is lost."""
        process, fence = self.seen.node.process, self.state.fence
        if process is None:
            return False
        return fence is None or (fence.node == process and not fence.off)

    def node_silent(self) -> bool:
        """Tell whether its socket has long accepted no connection, though the process is alive.

        While the socket cannot be looked at, answers of the node's metrics page count instead.
        """
        since = self.seen.node.accepting_ns
        if self.seen.node.socket_hangs:
            if not self.has_metric:
                return False
            scrape = self._scrape()
            since = max(since or 0, 0 if scrape is None else scrape.answered_ns)
        return since is None or self.now_ns - since > NODE_SILENCE_NS

    # The metric

    def metric(self) -> int | None:
        """Return the forging metric as last scraped from this process, None when absent."""
        scrape = self._scrape()
        return None if scrape is None else scrape.forging

    def cause(self, reason: ForgingReason) -> str:
        """Return the cause of a transition for this reason (Transition.cause)."""
        if reason is ForgingReason.LEASE_NOT_PROVEN:
            return next(
                (one.loss for one in self.seen.leases if not one.suffices(self.seen.now)), ""
            )
        if reason is ForgingReason.TERMINATING:
            return self.seen.terminating
        scrape = self._scrape()
        shown_at_start = reason is ForgingReason.FORGING_SHOWN_AT_START
        return scrape.version if shown_at_start and scrape is not None else ""

    def metric_unreadable(self) -> bool:
        """Tell whether this process was long not scraped, so that no switch can be confirmed."""
        scrape = self._scrape()
        return self.has_metric and (
            scrape is None or self.now_ns - scrape.answered_ns > SCRAPE_SILENCE_NS
        )

    def landed(self) -> bool:
        """Tell whether no SIGHUP is in flight."""
        sighup, run = self.state.sighup, self.state.run
        return sighup is None or not self.has_metric or has_landed(sighup, run)

    def forging_seen(self) -> bool:
        """Tell whether the metric says that the node forges."""
        return self.metric() == 1

    def forging_shown_at_start(self) -> bool:
        """Tell whether the metric has said so since the node's start, with no SIGHUP in between.

        That of a node before 10.2 does, even if it was started non-producing (see the docs).
        """
        return self.forging_seen() and not self.state.shown_off

    def forging_confirmed(self) -> bool:
        """Tell whether the SIGHUP of this phase has switched forging on."""
        return self.has_metric and self._settled_at(1)

    def forging_assumed(self) -> bool:
        """Tell whether the SIGHUP of this phase was sent, and no metric can confirm it."""
        return not self.has_metric and self.state.signalled

    def switch_on_failed(self) -> bool:
        """Tell whether the node took the SIGHUP but does not forge, or time has run out.

        Once the SIGHUP is sent, a node that answers gets as much time as the proof takes.
        """
        if not self.state.signalled:
            return self.now_ns - self.state.entered_ns >= ON_TIMEOUT_NS
        return self._silent_for(ON_TIMEOUT_NS) or (self.landed() and not self._settled_at(1))

    def forging_stopped(self) -> bool:
        """Tell whether the node says that it does not forge, though it was not switched off."""
        return self.metric() == 0

    def off_confirmed(self) -> bool:
        """Tell whether the SIGHUP of this phase has switched forging off."""
        return self._settled_at(0)

    def off_overdue(self) -> bool:
        """Tell whether the node does not switch off, or the guard is about to kill it.

        A node that was slow to switch on may be as slow to switch off: it is never killed for that.
        """
        if not self.leases_proven() or self.guard_silent() or self._unreachable():
            return self._overdue(OFF_TIMEOUT_NS)
        late = self.state.reason is ForgingReason.SWITCH_ON_FAILED
        refused = self.state.refusals >= MOST_REFUSALS and not late
        return refused or self._silent_for(STALL_NS) or self._guard_is_near()

    def _unreachable(self) -> bool:
        """Tell whether the SIGHUP that switches off could not be sent just now."""
        return isinstance(self.seen.failed, UnlinkLive | SendSighup)

    def off_unprovable(self) -> bool:
        """Tell whether there is no metric that could show that forging is off."""
        return not self.has_metric

    def metric_missing(self) -> bool:
        """Tell whether the node took the SIGHUP of this phase and answers without the metric."""
        return self.has_metric and self._settled_at(None)

    def end_overdue(self) -> bool:
        """Tell whether the node did not stop in time, or the guard is about to kill it."""
        return self._overdue(END_TIMEOUT_NS)

    def _overdue(self, timeout_ns: int) -> bool:
        return self.now_ns - self.state.entered_ns >= timeout_ns or self._guard_is_near()

    def _guard_is_near(self) -> bool:
        """Tell whether the guard is about to kill it, and no later fence can be written now."""
        fence = self.seen.fence
        prolonged = self.leases_proven() and not self.action_failed()
        return (
            fence is not None
            and not prolonged
            and fence.node == self.state.process
            and not fence.off
            and self._nearly(fence, KILL_AHEAD_NS)
        )

    def refuses(self) -> bool:
        """Tell whether the node took the SIGHUP that switches off, and still forges."""
        sighup = self.state.sighup
        off = sighup is not None and sighup.target == 0
        return off and self.landed() and self.forging_seen()

    def _silent_for(self, time_ns: int) -> bool:
        """Tell whether the process has not answered for this long, in this phase."""
        scrape = self._scrape()
        last_ns = 0 if scrape is None else scrape.answered_ns
        return self.now_ns - max(self.state.entered_ns, last_ns) >= time_ns

    def _scrape(self) -> Scrape | None:
        """Return the last answer, if it is this process's."""
        scrape = self.seen.scrape
        return scrape if scrape and scrape.process == self.state.process else None

    def _settled_at(self, value: int | None) -> bool:
        run = self.state.run
        return self.state.signalled and self.landed() and run is not None and run.value == value

    # Permission

    def leases_proven(self) -> bool:
        """Tell whether every lease is held by an acknowledged write that is fresh enough."""
        return self._leases_proven_for(0)

    def _leases_proven_for(self, time_ns: int) -> bool:
        leases, then = self.seen.leases, self._later(time_ns)
        return bool(leases) and all(lease.suffices(then) for lease in leases)

    def leases_unproven(self) -> bool:
        """Tell whether at least one lease is not proven."""
        return not self.leases_proven()

    def permitted(self) -> bool:
        """Tell whether the fence found at the start lets this process forge."""
        fence, process = self.state.fence, self.state.process
        return fence is not None and process is not None and fence.permits(process, self.seen.now)

    def forging_unpermitted(self) -> bool:
        """Tell whether the node forges, and nothing permits it."""
        return self.forging_seen() and not self.permitted()

    def permission_nearly_over(self) -> bool:
        """Tell whether the fence leaves no more time than an orderly switch-off takes."""
        fence = self.state.fence
        return not self.permitted() or fence is None or self._nearly(fence, OFF_TIME_NS)

    def adoptable(self) -> bool:
        """Tell whether it forges, no SIGHUP is in flight, and the leases are this manager's."""
        return self.landed() and self.forging_seen() and self.leases_proven()

    def adoptable_unseen(self) -> bool:
        """Tell whether no metric shows what the node does, and the leases are this manager's."""
        return not self.has_metric and self.leases_proven()

    def found_off(self) -> bool:
        """Tell whether no SIGHUP is in flight, and the node does not say that it forges."""
        return self.has_metric and self.landed() and not self.forging_seen()

    def _nearly(self, fence: Fence, ahead_ns: int) -> bool:
        return fence.passed(self._later(ahead_ns))

    def _later(self, time_ns: int) -> Moment:
        now = self.seen.now
        return now._replace(boot_ns=now.boot_ns + time_ns, wall_ns=now.wall_ns + time_ns)

    # Reasons to stop

    def terminating(self) -> bool:
        """Tell whether the pod is terminating."""
        return bool(self.seen.terminating)

    def held_off(self) -> bool:
        """Tell whether an operator holds forging off."""
        return self.seen.held_off

    def perhaps_held_off(self) -> bool:
        """Tell whether an operator holds forging off, or this is not known yet."""
        return self.held_off() or not self.seen.hold_known

    def handing_over(self) -> bool:
        """Tell whether an operator named another pod a moment ago."""
        request = self.seen.hand_over
        return (
            request is not None
            and request.pod != self.pod_name
            and self.now_ns < self.state.hand_over_until_ns
        )

    def cluster_forbids(self) -> bool:
        """Tell whether this cluster must leave forging to another, or to none."""
        return self.seen.cluster.forbids

    def guard_silent(self) -> bool:
        """Tell whether no guard holds this process, to kill it if this manager cannot."""
        beat = self.seen.guard
        return (
            beat is None
            or beat.node != self.state.process
            or self.now_ns - beat.beat_ns > GUARD_SILENCE_NS
        )

    def credentials_missing(self) -> bool:
        """Tell whether there is no checked set."""
        return not self.seen.credentials.checked

    def counter_behind(self) -> bool:
        """Tell whether the checked certificate is older than one that was used under a lease."""
        counter = self.seen.credentials.counter
        return counter is not None and any(
            lease.counter is not None and lease.counter > counter for lease in self.seen.leases
        )

    def keys_not_yet_valid(self) -> bool:
        """Tell whether the checked certificate is for a future KES period."""
        return self.seen.credentials.kes is KesTime.NOT_YET

    def keys_expired(self) -> bool:
        """Tell whether the network would refuse this pod's blocks: its certificates have expired.

        A forging node has the keys that were live; if newer ones are checked, it must get those.
        """
        keys = self.seen.credentials
        forging = self.state.phase is Phase.FORGING
        return keys.kes is KesTime.OVER and not (forging and keys.live_kes is KesTime.NOW)

    def stands_back_expired(self) -> bool:
        """Tell whether a pod with expired keys must let others lead."""
        return self.keys_expired() and not self.state.last_resort.leads(self.now_ns)

    def gives_up_expired(self) -> bool:
        """Tell whether a leader with expired keys must give way, unless it could not come back."""
        return (
            self.stands_back_expired()
            and not self.credentials_missing()
            and not self.counter_behind()
        )

    def announced(self) -> bool:
        """Tell whether every Lease records the checked counter, so that no older one can follow."""
        counter = self.seen.credentials.counter
        return counter is None or all(
            lease.counter is not None and lease.counter >= counter for lease in self.seen.leases
        )

    def action_failed(self) -> bool:
        """Tell whether an action that was ordered failed."""
        return self.seen.failed is not None

    def fence_unheeded(self) -> bool:
        """Tell whether no guard holds the process in the fence: the file may have been damaged."""
        waited_ns = self.now_ns - self.state.published_ns
        return waited_ns >= PUBLISH_AGAIN_NS and self.guard_silent()

    # Campaigning

    def may_campaign(self) -> bool:
        """Tell whether nothing keeps this standby from leading."""
        return self.obstacle() is None

    def lease_acquired(self) -> bool:
        """Tell whether a standby that may lead holds all leases, and they record its counter.

        A standby that is about to lose them again must wait: the SIGHUP that switches on has to
        land before the one that switches off is sent.
        """
        permitted = self.seen.cluster.permitted and self.may_campaign()
        return permitted and self._leases_proven_for(ON_TIME_NS) and self.announced()

    def obstacle(self) -> Obstacle | None:
        """Say what keeps this standby from campaigning."""
        for obstacle, applies in (
            (Obstacle.TERMINATING, self.terminating),
            (Obstacle.HELD_OFF, self.perhaps_held_off),
            (Obstacle.NODE_NOT_ACCEPTING, self.node_silent),
            (Obstacle.CREDENTIALS_MISSING, self.credentials_missing),
            (Obstacle.COUNTER_BEHIND, self.counter_behind),
            (Obstacle.KES_PERIOD_IN_FUTURE, self.keys_not_yet_valid),
            (Obstacle.KES_PERIOD_EXPIRED, self.stands_back_expired),
            (Obstacle.METRIC_MISSING, self.metric_was_missing),
            (Obstacle.METRIC_UNREADABLE, self.metric_unreadable),
            (Obstacle.GUARD_SILENT, self.guard_silent),
            (Obstacle.HANDING_OVER, self.handing_over),
            (Obstacle.HUB_SILENT, self.hub_silent),
            (Obstacle.BACKING_OFF, self.backing_off),
        ):
            if applies():
                return obstacle
        return None

    def metric_was_missing(self) -> bool:
        """Tell whether a node was stopped because it never showed the metric."""
        return self.state.metric_missing

    def hub_silent(self) -> bool:
        """Tell whether this pod cannot reach a shared Lease, which another pod may reach."""
        return any(one.shared and one.silent and not one.waived for one in self.seen.leases)

    def backing_off(self) -> bool:
        """Tell whether a switch-on failed a moment ago."""
        return self.now_ns < self.state.back_off_until_ns
