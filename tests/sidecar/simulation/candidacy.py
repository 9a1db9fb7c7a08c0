"""One elector of a manager's process, and the way of its requests and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.election.messages import Answer, Failure, LeaseView, Request, Wish
from forge_manager.moment import MILLISECOND, Moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.election.elector import Elector
    from forge_manager.election.record import Lease
    from tests.sidecar.simulation.api import ApiServer
    from tests.sidecar.simulation.world import Process


class Candidacy:
    """`news`: called after whatever the elector was told."""

    def __init__(
        self, process: Process, server: ApiServer, elector: Elector, news: Callable[[], None]
    ) -> None:
        self._process = process
        self._server = server
        self._elector = elector
        self._news = news
        self._in_flight = 0

    def begin(self) -> None:
        self._server.watch(self._process.machine, self._watched)

    def end(self) -> None:
        self._server.unwatch(self._watched)

    def view(self, now: Moment) -> LeaseView:
        return self._elector.view(now)

    def step(self, wish: Wish, counter: int | None, successor: str) -> None:
        process = self._process
        request = self._elector.step(
            process.machine.now(),
            wish,
            counter=counter,
            jitter=process.world.random.random(),
            successor=successor,
        )
        if request is not None:
            process.after(process.world.ms(0, 2), lambda: self._send(request))

    def _send(self, request: Request) -> None:
        process = self._process
        self._in_flight = request.number
        self._server.send(
            process.machine,
            request,
            lambda answer: process.after(0, lambda: self._answered(request.number, answer)),
        )
        timeout = request.within_ns // MILLISECOND
        process.after(
            process.world.ms(timeout, timeout),
            lambda: self._answered(request.number, Failure.UNKNOWN),
        )

    def _answered(self, number: int, answer: Answer) -> None:
        if number != self._in_flight:
            return
        self._in_flight = 0
        self._elector.answered(self._process.machine.now(), number, answer)
        self._news()

    def _watched(self, lease: Lease, deleted: bool) -> None:
        self._process.after(0, lambda: self._observed(lease, deleted))

    def _observed(self, lease: Lease, deleted: bool) -> None:
        self._elector.observed(self._process.machine.now(), lease, deleted=deleted)
        self._news()
