"""One elector of a manager's process, and the way of its requests, answers and events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import MILLISECOND, Moment
from forge_manager.election.messages import Answer, Failure, LeaseView, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.election.elector import Elector
    from forge_manager.election.record import Lease
    from forge_manager.election.withdrawal import Withdrawal
    from tests.sidecar.simulation.api import ApiServer
    from tests.sidecar.simulation.world import Process


class Candidacy:
    """Carries what control's loop sends (control.candidacy.LeaseRequests)."""

    def __init__(
        self,
        process: Process,
        server: ApiServer,
        elector: Elector,
        withdrawal: Withdrawal | None = None,
    ) -> None:
        self.elector = elector
        self.withdrawal = withdrawal
        self._process = process
        self._server = server
        self._observed: Callable[[Lease, bool], None] | None = None

    def begin(self, observed: Callable[[Lease, bool], None]) -> None:
        """Watch the Lease from now on. `observed`: takes it, and whether it was deleted."""
        self._observed = observed
        self._server.watch(self._process.machine, self._watched)

    def end(self) -> None:
        self._server.unwatch(self._watched)

    def redirect(self, server: ApiServer) -> None:
        """Ask and watch another one from now on."""
        self._server.unwatch(self._watched)
        self._server = server
        if self._observed is not None:
            server.watch(self._process.machine, self._watched)

    def view(self, now: Moment) -> LeaseView:
        return self.elector.view(now)

    def submit(self, request: Request, on_answer: Callable[[Answer], None]) -> None:
        process = self._process
        answered = False

        def answer(found: Answer) -> None:
            nonlocal answered
            if not answered:
                answered = True
                on_answer(found)

        def send() -> None:
            self._server.send(
                process.machine, request, lambda found: process.after(0, lambda: answer(found))
            )

        process.after(process.world.ms(0, 2), send)
        timeout_ms = request.within_ns // MILLISECOND
        process.after(process.world.ms(timeout_ms, timeout_ms), lambda: answer(Failure.UNKNOWN))

    def _watched(self, lease: Lease, deleted: bool) -> None:
        observed = self._observed
        assert observed is not None
        self._process.after(0, lambda: observed(lease, deleted))
