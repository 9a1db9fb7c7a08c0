"""One lease that this pod is a candidate for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forge_manager.base.moment import Moment
    from forge_manager.election.elector import Elector
    from forge_manager.election.messages import Answer, LeaseView, Request
    from forge_manager.election.record import Lease
    from forge_manager.election.withdrawal import Withdrawal


class LeaseRequests(Protocol):
    """Sends an elector's requests (kube.lease_client)."""

    def submit(self, request: Request, on_answer: Callable[[Answer], None]) -> None:
        """Send without blocking; `on_answer` is called exactly once, from any thread."""


@dataclass(frozen=True, eq=False)
class Candidacy:
    """The elector that decides, and the client that carries its requests.

    `withdrawal`: of the right to the lease, if the Role says by which Leases this release elects.
    """

    elector: Elector
    requests: LeaseRequests
    withdrawal: Withdrawal | None = None

    def is_withdrawn(self, now: Moment, view: LeaseView, elsewhere: frozenset[str]) -> bool:
        """Tell whether this release no longer elects by it (Withdrawal.is_over)."""
        return self.withdrawal is not None and self.withdrawal.is_over(now, view, elsewhere)

    def observed(self, now: Moment, lease: Lease, *, deleted: bool) -> None:
        """Take an event of the watch."""
        self.elector.observed(now, lease, deleted=deleted)
        if self.withdrawal is not None:
            self.withdrawal.observed(lease)

    def answered(self, now: Moment, request: Request, answer: Answer) -> None:
        """Take the outcome of a request."""
        self.elector.answered(now, request.number, answer)
        if self.withdrawal is not None:
            self.withdrawal.answered(now, answer)


def those_that_bind(
    views: Mapping[Candidacy, LeaseView], now: Moment
) -> dict[Candidacy, LeaseView]:
    """Return those that a pod must hold to forge: at least one of the cluster's own, or all."""
    own = [one.withdrawal for one, view in views.items() if one.withdrawal and not view.shared]
    elsewhere = frozenset().union(*(one.named for one in own if not one.refused))
    binding = {
        one: view for one, view in views.items() if not one.is_withdrawn(now, view, elsewhere)
    }
    binds = any(not view.shared for view in binding.values())
    return binding if binds else dict(views)
