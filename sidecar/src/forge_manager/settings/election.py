"""The times of an election, of the own cluster's Lease or of the hub's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.election.terms import Terms, terms_for

if TYPE_CHECKING:
    from forge_manager.base.env import Environment


def parse_terms(env: Environment, prefix: str = "") -> Terms:
    """Parse the times; those that are not given follow the lease's duration."""
    default = terms_for(env.integer(f"{prefix}LEASE_DURATION", 15, low=1, high=3_600))
    terms = Terms(
        default.lease_duration_s,
        env.integer(f"{prefix}RENEW_DEADLINE", default.renew_deadline_s, low=1, high=3_600),
        env.integer(f"{prefix}RETRY_PERIOD", default.retry_period_s, low=1, high=3_600),
    )
    for problem in terms.problems():
        env.reject(f"{prefix}LEASE_DURATION", problem)
    return terms
