"""One lease that this pod is a candidate for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.election.elector import Elector
    from forge_manager.election.messages import Answer, Request


class LeaseRequests(Protocol):
    """Sends an elector's requests (cluster.lease_client)."""

    def submit(self, request: Request, on_answer: Callable[[Answer], None]) -> None:
        """Send without blocking; `on_answer` is called exactly once, from any thread."""


@dataclass(frozen=True)
class Candidacy:
    """Who decides about it, and who carries its requests."""

    elector: Elector
    requests: LeaseRequests
