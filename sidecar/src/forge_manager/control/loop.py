"""The loop of forging control: observe, decide, act, campaign; woken by every change."""

from __future__ import annotations

import logging
import queue
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from forge_manager import logs
from forge_manager.control.notices import announce_leap, announce_obstacle, announce_transition
from forge_manager.control.record import round_of
from forge_manager.control.status import ForgingState
from forge_manager.forging.context import SCRAPE_SILENCE_NS
from forge_manager.forging.phases import MAY_FORGE, Phase
from forge_manager.forging.situation import Situation

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.clusters.stand import Stand
    from forge_manager.control.executor import Executor
    from forge_manager.control.observer import Observer, Sight
    from forge_manager.control.scraper import NoScraper, Scraper
    from forge_manager.control.status import ForgingStatus
    from forge_manager.election.elector import Elector
    from forge_manager.election.messages import Answer, LeaseView, Request
    from forge_manager.election.record import Lease
    from forge_manager.forging.actions import Action
    from forge_manager.forging.decision import Decision, Leap, Transition
    from forge_manager.forging.machine import ForgingMachine
    from forge_manager.forging.phases import Obstacle
    from forge_manager.forging.situation import Credentials
    from forge_manager.moment import Moment
    from forge_manager.reporting.wishes import Asked
    from forge_manager.telemetry import Telemetry
    from forge_manager.topology.requests import ReloadRequests

#: A round without any news; the guard's rounds are as long.
_ROUND_SECONDS = 0.05
_STOP_SECONDS = 1.0
#: Before the code of what is in the way of the hub's Lease.
HUB = "Hub"

_log = logging.getLogger(__name__)


class LeaseRequests(Protocol):
    """Sends an elector's requests (cluster.lease_client)."""

    def submit(self, request: Request, on_answer: Callable[[Answer], None]) -> None:
        """Send without blocking; `on_answer` is called exactly once, from any thread."""


@dataclass(frozen=True)
class Candidacy:
    """One lease: who decides about it, and who carries its requests.

    `shared`: with other clusters, so that a release says for which of them it is meant.
    """

    elector: Elector
    requests: LeaseRequests
    shared: bool = False


class ControlLoop:
    """Everything it calls is called from its one thread; what happens elsewhere comes by `post`."""

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
        reloads: ReloadRequests,
        asked: Callable[[Phase], Asked],
        stand: Callable[[Moment, LeaseView | None], Stand],
        report: Callable[[Transition], None],
        status: ForgingStatus,
        telemetry: Telemetry,
        beat: Callable[[], None],
        clocks: Callable[[], Moment],
        jitter: Callable[[], float],
    ) -> None:
        self._machine = machine
        self._candidacies = candidacies
        self._observer = observer
        self._scraper = scraper
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
        self._leading = False
        self._clocks = clocks
        self._jitter = jitter
        self._news: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._scrape_within_ns = 0
        self._failed: Action | None = None
        self._why = ""
        self._obstacle: Obstacle | None = None
        self._leap: Leap | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="forging", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End the loop. The fence runs on, and the guard with it."""
        self.post(self._stop)
        self._thread.join(_STOP_SECONDS)

    def post(self, news: Callable[[], None]) -> None:
        """Have something done in the loop's thread, soon. Thread-safe."""
        self._news.put(news)

    def observed(self, index: int, lease: Lease, *, deleted: bool) -> None:
        """Take an event of the watch of one lease. Thread-safe."""
        elector = self._candidacies[index].elector
        self.post(lambda: elector.observed(self._clocks(), lease, deleted=deleted))

    def _stop(self) -> None:
        self._stopping = True

    def _run(self) -> None:
        while not self._stopping:
            self._attempt(self.turn)
            self._attempt(self._wait_for_news)

    def _attempt(self, part: Callable[[], None]) -> None:
        try:
            part()
        except Exception as error:  # noqa: BLE001 (the guard ends the node if this goes on)
            _log.error("control failed", extra=logs.fields(error=logs.where(error)))
            time.sleep(_ROUND_SECONDS)

    def _wait_for_news(self) -> None:
        try:
            self._news.get(timeout=_ROUND_SECONDS)()
            while True:
                self._news.get_nowait()()
        except queue.Empty:
            return

    def turn(self) -> None:
        """Make one round."""
        now = self._clocks()
        answer = self._scraper.latest
        sight = self._observer.look(now.boot_ns, answer.answered_ns if answer else None)
        self._scraper.begin_if_due(sight.held, now.boot_ns, self._scrape_within_ns)
        if sight.guard is not None:
            self._telemetry.guard_has_killed(sight.guard.kills)
        leases = tuple(one.elector.view(now) for one in self._candidacies)
        credentials = self._credentials(now, sight)
        stand = self._stand(now, leases[1] if len(leases) > 1 else None)
        decision = self._machine.step(self._situation(now, sight, leases, credentials, stand))
        self._failed = self._executor.carry_out(decision.actions, sight.held)
        self._scrape_within_ns = decision.scrape_within_ns
        self._announce(now, decision)
        self._telemetry.control.saw(now.boot_ns, round_of(sight, leases))
        if decision.reloaded not in ("", self._reloads.finished()):
            self._reloads.finish(decision.reloaded)
        for candidacy, wish in zip(self._candidacies, decision.wishes, strict=True):
            request = candidacy.elector.step(
                self._clocks(),
                wish,
                counter=decision.counter,
                jitter=self._jitter(),
                successor=decision.successor if candidacy.shared else "",
            )
            if request is not None:
                self._send(candidacy, request)
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
            terminating=self._terminating(),
            reload=self._reloads.wanted(),
            held_off=asked.held_off,
            hold_known=asked.hold_known,
            hand_over=asked.hand_over,
            cluster=stand,
        )

    def _send(self, candidacy: Candidacy, request: Request) -> None:
        def answered(answer: Answer) -> None:
            self.post(lambda: candidacy.elector.answered(self._clocks(), request.number, answer))

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
        leading = bool(leases) and all(lease.suffices(now) for lease in leases)
        phase = self._machine.state.phase
        if leading != self._leading:
            self._leading = leading
            self._telemetry.leadership_changed()
        self._status.publish(
            ForgingState(
                phase=phase,
                why=self._explained(now, decision, leases, stand),
                forging=self._forging(now),
                leading=leading,
                holder=leases[0].holder if leases else "",
                node_may_live=decision.node_may_live,
                handed_over=decision.handed_over,
                local=bool(leases) and leases[0].proven(now),
                fit=phase in MAY_FORGE or (phase is Phase.STANDBY and decision.obstacle is None),
                hub_holder=leases[1].holder if len(leases) > 1 else "",
            )
        )

    def _forging(self, now: Moment) -> bool | None:
        """Say what the node itself said a moment ago; None when that is not known.

        A metric that is absent means off only for a node known to have started non-producing.
        """
        scrape = self._scraper.latest
        if scrape is None or now.boot_ns - scrape.answered_ns > SCRAPE_SILENCE_NS:
            return None
        if scrape.forging is None and self._machine.state.phase is not Phase.STANDBY:
            return None
        return scrape.forging == 1

    def _explained(
        self, now: Moment, decision: Decision, leases: tuple[LeaseView, ...], stand: Stand
    ) -> str:
        """Return the code of what keeps this pod from leading, or of the last transition."""
        if self._machine.state.phase is not Phase.STANDBY:
            return self._why
        if not leases:
            return "NobodyIsElected"
        obstacle = decision.obstacle or leases[0].obstacle
        if obstacle is not None:
            return obstacle.value
        if leases[0].proven(now):
            if not stand.permitted:
                return stand.why.value
            if len(leases) > 1 and leases[1].obstacle is not None:
                return f"{HUB}{leases[1].obstacle}"
        return self._why
