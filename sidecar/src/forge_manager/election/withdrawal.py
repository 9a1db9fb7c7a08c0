"""When one of several Leases no longer binds any pod here: the Role has ceased to name it.

Values that no longer name a Lease remove it from the chart's Role at once, while pods that hold it
still run. All pods of the release share one account, so none that elects by this Lease alone can
renew it either: once it has not changed for its full duration, none forges under it. Nor does its
last holder, from the moment at which it holds no other Lease that it also elects by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import SECOND
from forge_manager.election.messages import Failure, Found
from forge_manager.election.record import LONGEST_DURATION_S

if TYPE_CHECKING:
    from forge_manager.base.moment import Moment
    from forge_manager.election.messages import Answer, LeaseView
    from forge_manager.election.record import Lease, LeaseRecord


class Withdrawal:
    """Withdrawal of the right to one Lease. `duration_ns`: the own leaseDuration.

    `named`: all pods that were seen to hold it, and so elect by it.
    """

    def __init__(self, duration_ns: int) -> None:
        self._duration_ns = duration_ns
        self._record: LeaseRecord | None = None
        self._since: Moment | None = None
        self.named: frozenset[str] = frozenset()

    def observed(self, lease: Lease) -> None:
        """Take the Lease as it is: if its record changes, some pod may still write it."""
        if lease.record.holder:
            self.named |= {lease.record.holder}
        if lease.record != self._record:
            self._record, self._since = lease.record, None
            recorded_s = min(lease.record.duration_s, LONGEST_DURATION_S)
            self._duration_ns = max(self._duration_ns, recorded_s * SECOND)

    def answered(self, now: Moment, answer: Answer) -> None:
        """Take the answer to a request. If it is not the API server's it says nothing."""
        if isinstance(answer, Found):
            self.observed(answer.lease)
        if answer is Failure.FORBIDDEN:
            self._since = self._since or now
        elif answer is not Failure.UNKNOWN:
            self._since = None

    @property
    def refused(self) -> bool:
        """Whether the last answer was a refusal."""
        return self._since is not None

    def is_over(
        self, now: Moment, view: LeaseView, elsewhere: frozenset[str] = frozenset()
    ) -> bool:
        """Tell whether the Lease binds no pod here. `view`: what the elector says about it.

        `elsewhere`: the pods that also elect by another Lease that binds this pod. It is over at
        once if the last holder is one of them, or if this pod held it when first refused: then no
        other took it before.
        """
        if self._since is None:
            return False
        bound = self._record is not None and self._record.holder in elsewhere
        held = view.proof is not None and view.proof.holds(self._since)
        return bound or held or now.boot_ns - self._since.boot_ns >= self._duration_ns
