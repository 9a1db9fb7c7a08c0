"""The times of an election, of the own cluster's Lease or of the hub's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.election.record import LONGEST_DURATION_S
from forge_manager.election.terms import Terms, terms_for, with_failsafe

if TYPE_CHECKING:
    from forge_manager.base.env import Environment


def parse_terms(env: Environment, prefix: str = "") -> Terms:
    """Parse the times; those that are not set follow from the lease's duration.

    FAILSAFE_SECONDS: for the own Lease, if this is the only replica.
    """
    default = terms_for(env.integer(f"{prefix}LEASE_DURATION", 15, low=1, high=3_600))
    terms = Terms(
        default.lease_duration_s,
        env.integer(f"{prefix}RENEW_DEADLINE", default.renew_deadline_s, low=1, high=3_600),
        env.integer(f"{prefix}RETRY_PERIOD", default.retry_period_s, low=1, high=3_600),
    )
    for problem in terms.problems():
        env.reject(f"{prefix}LEASE_DURATION", problem)
    if prefix:
        return terms
    long = with_failsafe(terms, env.integer("FAILSAFE_SECONDS", 0, low=0, high=LONGEST_DURATION_S))
    for problem in long.problems():
        env.reject("FAILSAFE_SECONDS", problem)
    return long
