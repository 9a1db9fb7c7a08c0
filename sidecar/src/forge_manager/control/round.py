"""One round of forging control: observe, decide, act, campaign, publish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from forge_manager.base.moment import SECOND
from forge_manager.base.thread_health import stalled
from forge_manager.control.candidacy import those_that_bind
from forge_manager.control.notices import announce_leap, announce_obstacle, announce_transition
from forge_manager.control.pause import ROUND_NS, pause_ns
from forge_manager.control.published import hub_of, published
from forge_manager.control.record import round_of
from forge_manager.election.messages import LeaseIntent
from forge_manager.forging.situation import Situation

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.base.moment import Moment
    from forge_manager.base.thread_health import Ailments
    from forge_manager.control.candidacy import Candidacy
    from forge_manager.control.executor import Executor
    from forge_manager.control.node_wait import NodeWait
    from forge_manager.control.observer import Observation, Observer
    from forge_manager.control.record import ControlRecord
    from forge_manager.control.scraper import NoScraper, Scraper
    from forge_manager.control.status import ForgingStatus
    from forge_manager.election.messages import Answer, LeaseView, Request
    from forge_manager.election.record import Lease
    from forge_manager.forging.actions import Action
    from forge_manager.forging.cluster_permission import ClusterPermission
    from forge_manager.forging.decision import Decision, Leap, Transition
    from forge_manager.forging.machine import ForgingMachine
    from forge_manager.forging.phases import Obstacle, Phase
    from forge_manager.forging.situation import Credentials, OperatorInput
    from forge_manager.node.process import Held


class Reloads(Protocol):
    """The manager's side of reload requests; nothing in it raises."""

    def wanted(self) -> str:
        """Return what is asked for, "" for nothing."""

    def finish(self, token: str) -> None:
        """Say that it is done."""

    def finished(self) -> str:
        """Return what was done last."""


class Round:
    """Made again and again by one thread. `post`: has something done in that thread soon."""

    def __init__(
        self,
        *,
        machine: ForgingMachine,
        candidacies: tuple[Candidacy, ...],
        observer: Observer,
        scraper: Scraper | NoScraper,
        executor: Executor,
        credentials: Callable[[Moment, Observation], Credentials],
        terminating: Callable[[], str],
        reloads: Reloads,
        operator: Callable[[Phase], OperatorInput],
        permission: Callable[[Moment, LeaseView | None, bool], ClusterPermission],
        report: Callable[[Transition], None],
        node_wait: NodeWait,
        status: ForgingStatus,
        record: ControlRecord,
        beat: Callable[[], None],
        clocks: Callable[[], Moment],
        jitter: Callable[[], float],
        post: Callable[[Callable[[], None]], None],
    ) -> None:
        self._scraper = scraper
        self._machine = machine
        self._candidacies = candidacies
        self._observer = observer
        self._executor = executor
        self._credentials = credentials
        self._terminating = terminating
        self._reloads = reloads
        self._operator = operator
        self._permission = permission
        self._report = report
        self._node_wait = node_wait
        self._status = status
        self._record = record
        self._beat = beat
        self._clocks = clocks
        self._jitter = jitter
        self._post = post
        self._held: Held | None = None
        self.pause_ns = ROUND_NS
        self._leading = False
        self._scrape_within_ns = 0
        self._failed: Action | None = None
        self._why, self._cause = "", ""
        self._obstacle: Obstacle | None = None
        self._leap: Leap | None = None

    @property
    def pidfd(self) -> int | None:
        """A descriptor that becomes readable when the node of the last round ends (Held.pidfd)."""
        return None if self._held is None else self._held.pidfd

    def observed(self, index: int, lease: Lease, *, deleted: bool) -> None:
        """Take an event of the watch of one lease."""
        self._candidacies[index].observed(self._clocks(), lease, deleted=deleted)

    def health(self) -> Ailments:
        """Tell whether a scrape lasts for longer than any can. Thread-safe."""
        since_ns = self._scraper.busy_since_ns()
        if since_ns is None:
            return ()
        return stalled("scrape", (self._clocks().boot_ns - since_ns) / SECOND)

    def make(self) -> None:
        """Make one. `pause_ns` then says how long to wait for news before the next."""
        self.pause_ns = ROUND_NS
        now = self._clocks()
        answer = self._scraper.latest
        seen = self._observer.look(now.boot_ns, answer.answered_ns if answer else None)
        self._held = seen.held
        self._scraper.begin_if_due(seen.held, now.boot_ns, self._scrape_within_ns)
        if seen.guard is not None:
            self._record.guard_kills = seen.guard.kills
        views = {one: one.elector.view(now) for one in self._candidacies}
        binding = those_that_bind(views, now)
        leases = tuple(binding.values())
        credentials = self._credentials(now, seen)
        permission = self._permission(now, hub_of(leases), self._machine.is_last_resort(now))
        decision = self._machine.step(self._situation(now, seen, leases, credentials, permission))
        self._failed = self._executor.carry_out(decision.actions, seen.held)
        decision = self._machine.kept_back(decision, self._executor.fence, now)
        self._scrape_within_ns = decision.scrape_within_ns
        self._report_changes(now, decision)
        self._node_wait.look(now.boot_ns, self._machine.state.phase)
        self._record.saw(now.boot_ns, round_of(seen, tuple(views.values())))
        if decision.reloaded and decision.reloaded != self._reloads.finished():
            self._reloads.finish(decision.reloaded)
        self._campaign(decision, dict(zip(binding, decision.intents, strict=True)))
        self._publish(now, decision, leases, permission)
        self.pause_ns = pause_ns(
            now.boot_ns,
            self._machine.state.phase,
            decision,
            seen,
            tuple(views.values()),
            scraped_ns=self._scraper.begun_ns,
        )
        self._beat()

    def _situation(
        self,
        now: Moment,
        seen: Observation,
        leases: tuple[LeaseView, ...],
        credentials: Credentials,
        permission: ClusterPermission,
    ) -> Situation:
        asked = self._operator(self._machine.state.phase)
        return Situation(
            now=now,
            leases=leases,
            node=seen.node,
            scrape=self._scraper.latest,
            sighup=self._executor.sighup,
            credentials=credentials,
            live=seen.live,
            guard=seen.guard,
            failed=self._failed,
            fence=self._executor.fence,
            terminating=self._terminating(),
            reload=self._reloads.wanted(),
            held_off=asked.held_off,
            hold_known=asked.hold_known,
            hand_over=asked.hand_over,
            cluster=permission,
        )

    def _campaign(self, decision: Decision, intents: dict[Candidacy, LeaseIntent]) -> None:
        first = next(iter(intents.values()), LeaseIntent.RELEASE)
        # If the right to it comes back it is taken at once: it binds again from that moment.
        regain = LeaseIntent.CAMPAIGN if first is LeaseIntent.KEEP else first
        for candidacy in self._candidacies:
            request = candidacy.elector.step(
                self._clocks(),
                intents.get(candidacy, regain),
                counter=decision.counter,
                jitter=self._jitter(),
                successor=decision.successor if candidacy.elector.shared else "",
            )
            if request is not None:
                self._send(candidacy, request)

    def _send(self, candidacy: Candidacy, request: Request) -> None:
        def answered(answer: Answer) -> None:
            self._post(lambda: candidacy.answered(self._clocks(), request, answer))

        candidacy.requests.submit(request, answered)

    def _report_changes(self, now: Moment, decision: Decision) -> None:
        if decision.obstacle is not self._obstacle:
            self._obstacle = decision.obstacle
            announce_obstacle(self._machine.state.phase, decision.obstacle)
        if decision.leap not in (None, self._leap):
            self._leap = decision.leap
            announce_leap(decision.leap)
        for change in decision.transitions:
            self._record.changed(change, now.boot_ns, self._executor.sighup)
            self._why, self._cause = change.reason, change.cause
            announce_transition(change)
            self._report(change)

    def _publish(
        self,
        now: Moment,
        decision: Decision,
        leases: tuple[LeaseView, ...],
        permission: ClusterPermission,
    ) -> None:
        state = published(
            now,
            self._machine.state.phase,
            decision,
            leases,
            permission,
            scrape=self._scraper.latest,
            why=self._why,
            cause=self._cause,
        )
        if state.leading != self._leading:
            self._leading = state.leading
            self._record.leadership_changes.inc()
        self._status.publish(state)
