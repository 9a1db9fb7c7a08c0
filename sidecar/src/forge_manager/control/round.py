"""One round of forging control: observe, decide, act, campaign, publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.control.candidacy import those_that_bind
from forge_manager.control.notices import announce_leap, announce_obstacle, announce_transition
from forge_manager.control.published import hub_of, published
from forge_manager.control.record import round_of
from forge_manager.election.messages import Wish
from forge_manager.forging.situation import Situation
from forge_manager.heartbeat import stalled
from forge_manager.moment import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.clusters.stand import Stand
    from forge_manager.control.candidacy import Candidacy
    from forge_manager.control.executor import Executor
    from forge_manager.control.observer import Observer, Sight
    from forge_manager.control.scraper import NoScraper, Scraper
    from forge_manager.control.status import ForgingStatus
    from forge_manager.election.messages import Answer, LeaseView, Request
    from forge_manager.election.record import Lease
    from forge_manager.forging.actions import Action
    from forge_manager.forging.decision import Decision, Leap, Transition
    from forge_manager.forging.machine import ForgingMachine
    from forge_manager.forging.phases import Obstacle, Phase
    from forge_manager.forging.situation import Credentials
    from forge_manager.heartbeat import Health
    from forge_manager.moment import Moment
    from forge_manager.reporting.wishes import Asked
    from forge_manager.telemetry import Telemetry
    from forge_manager.topology.requests import Reloads


class Round:
    """Made again and again by one thread. `post`: has something done in that thread, soon."""

    def __init__(
        self,
        *,
        machine: ForgingMachine,
        candidacies: tuple[Candidacy, ...],
        observer: Observer,
        scraper: Scraper | NoScraper,
        executor: Executor,
        credentials: Callable[[Moment, Sight], Credentials],
        terminating: Callable[[], bool],
        reloads: Reloads,
        asked: Callable[[Phase], Asked],
        stand: Callable[[Moment, LeaseView | None, bool], Stand],
        report: Callable[[Transition], None],
        status: ForgingStatus,
        telemetry: Telemetry,
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
        self._asked = asked
        self._stand = stand
        self._report = report
        self._status = status
        self._telemetry = telemetry
        self._beat = beat
        self._clocks = clocks
        self._jitter = jitter
        self._post = post
        self._leading = False
        self._scrape_within_ns = 0
        self._failed: Action | None = None
        self._why = ""
        self._obstacle: Obstacle | None = None
        self._leap: Leap | None = None

    def observed(self, index: int, lease: Lease, *, deleted: bool) -> None:
        """Take an event of the watch of one lease."""
        self._candidacies[index].observed(self._clocks(), lease, deleted=deleted)

    def health(self) -> Health:
        """Tell whether a scrape lasts for longer than any can. Thread-safe."""
        since_ns = self._scraper.busy_since_ns()
        if since_ns is None:
            return ()
        return stalled("scrape", (self._clocks().boot_ns - since_ns) / SECOND)

    def make(self) -> None:
        """Make one."""
        now = self._clocks()
        answer = self._scraper.latest
        sight = self._observer.look(now.boot_ns, answer.answered_ns if answer else None)
        self._scraper.begin_if_due(sight.held, now.boot_ns, self._scrape_within_ns)
        if sight.guard is not None:
            self._telemetry.guard_has_killed(sight.guard.kills)
        views = {one: one.elector.view(now) for one in self._candidacies}
        binding = those_that_bind(views, now)
        leases = tuple(binding.values())
        credentials = self._credentials(now, sight)
        stand = self._stand(now, hub_of(leases), self._machine.is_last_resort(now))
        decision = self._machine.step(self._situation(now, sight, leases, credentials, stand))
        self._failed = self._executor.carry_out(decision.actions, sight.held)
        decision = self._machine.kept_back(decision, self._executor.fence, now)
        self._scrape_within_ns = decision.scrape_within_ns
        self._announce(now, decision)
        self._telemetry.control.saw(now.boot_ns, round_of(sight, tuple(views.values())))
        if decision.reloaded not in ("", self._reloads.finished()):
            self._reloads.finish(decision.reloaded)
        self._campaign(decision, dict(zip(binding, decision.wishes, strict=True)))
        self._publish(now, decision, leases, stand)
        self._beat()

    def _situation(
        self,
        now: Moment,
        sight: Sight,
        leases: tuple[LeaseView, ...],
        credentials: Credentials,
        stand: Stand,
    ) -> Situation:
        asked = self._asked(self._machine.state.phase)
        return Situation(
            now=now,
            leases=leases,
            node=sight.node,
            scrape=self._scraper.latest,
            sighup=self._executor.sighup,
            credentials=credentials,
            live=sight.live,
            guard=sight.guard,
            failed=self._failed,
            fence=self._executor.fence,
            terminating=self._terminating(),
            reload=self._reloads.wanted(),
            held_off=asked.held_off,
            hold_known=asked.hold_known,
            hand_over=asked.hand_over,
            cluster=stand,
        )

    def _campaign(self, decision: Decision, wishes: dict[Candidacy, Wish]) -> None:
        first = next(iter(wishes.values()), Wish.RELEASE)
        # Should the right to it come back it is taken at once: it binds again from that moment.
        regain = Wish.CAMPAIGN if first is Wish.KEEP else first
        for candidacy in self._candidacies:
            request = candidacy.elector.step(
                self._clocks(),
                wishes.get(candidacy, regain),
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

    def _announce(self, now: Moment, decision: Decision) -> None:
        if decision.obstacle is not self._obstacle:
            self._obstacle = decision.obstacle
            announce_obstacle(self._machine.state.phase, decision.obstacle)
        if decision.leap not in (None, self._leap):
            self._leap = decision.leap
            announce_leap(decision.leap)
        for change in decision.transitions:
            self._telemetry.control.changed(change, now.boot_ns, self._executor.sighup)
            self._why = change.reason
            announce_transition(change)
            self._report(change)

    def _publish(
        self, now: Moment, decision: Decision, leases: tuple[LeaseView, ...], stand: Stand
    ) -> None:
        state = published(
            now,
            self._machine.state.phase,
            decision,
            leases,
            stand,
            scrape=self._scraper.latest,
            why=self._why,
        )
        if state.leading != self._leading:
            self._leading = state.leading
            self._telemetry.leadership_changed()
        self._status.publish(state)
