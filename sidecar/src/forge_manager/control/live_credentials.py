"""Which credentials there are: the checked set, and the set at the node's paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import SECOND
from forge_manager.base.reasons import Reason
from forge_manager.credentials.verdict import KesTime
from forge_manager.forging.situation import Credentials
from forge_manager.gate import source

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.base.moment import Moment
    from forge_manager.control.observer import Observation
    from forge_manager.credentials.checks import CredentialSet
    from forge_manager.credentials.paths import CredentialPaths
    from forge_manager.credentials.verdict import Verdict
    from forge_manager.fence.swapped_set import Version
    from forge_manager.gate.record import CredentialSets

#: The live set is judged again after this long, because its KES period passes.
_JUDGE_AGAIN_NS = 60 * SECOND


class KnownCredentials:
    """Judges the live set itself: an earlier manager, or the guard, may have put it there.

    The provisioner judges the checked set and reports it in `sets`.
    """

    def __init__(
        self,
        *,
        target: CredentialPaths,
        judge: Callable[[CredentialSet, float], Verdict],
        sets: CredentialSets,
        version: Callable[[], Version | None],
    ) -> None:
        """`version`: of the live files, as this round's look saw it (NodeKeys.live_version)."""
        self._target = target
        self._version = version
        self._judge = judge
        self._sets = sets
        self._judged: Version | None = None
        self._judged_ns = 0

    def look(self, now: Moment, seen: Observation) -> Credentials:
        """Return the credentials to forge with, and remember what is live. Never raises OSError."""
        self._judge_live_again(now)
        checked, wall_s = self._sets.checked, now.wall_ns / SECOND
        if checked is None or checked.verdict.op_cert is None:
            return Credentials()
        # Keys of a pool other than the configured one start a node, so they pass the gate; but they
        # would forge under the wrong lease. A set that was swapped in a moment ago is not judged
        # yet.
        foreign = any(check.reason is Reason.POOL_ID_MISMATCH for check in checked.verdict.checks)
        known = checked.name == seen.checked_name
        return Credentials(
            checked=seen.checked and known and not foreign,
            counter=checked.verdict.op_cert.counter,
            name=checked.name,
            kes=checked.verdict.kes_at(wall_s),
            live_kes=self._sets.live.kes_at(wall_s) if self._sets.live else KesTime.NOW,
        )

    def _judge_live_again(self, now: Moment) -> None:
        version = self._version()
        if version == self._judged and now.boot_ns - self._judged_ns < _JUDGE_AGAIN_NS:
            return
        verdict = self._judge(source.read_snapshot(self._target).files, now.wall_ns / SECOND)
        self._judged, self._judged_ns = version, now.boot_ns  # what changed since is judged next
        self._sets.live = None if verdict.op_cert is None else verdict
