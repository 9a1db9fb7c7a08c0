"""Keep the target in step with the source: look, judge, put in place, report."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forge_manager.base.aside import Elsewhere, in_a_thread
from forge_manager.credentials.verdict import KesTime, RejectionError, Verdict
from forge_manager.gate import source
from forge_manager.gate.bounded_source import BoundedSource
from forge_manager.gate.decision import SourceOutcome, gate_state
from forge_manager.gate.memory import is_in_memory
from forge_manager.gate.record import CheckedSet

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.credentials.checks import CredentialSet
    from forge_manager.credentials.paths import CredentialPaths
    from forge_manager.gate.guarded_target import GuardedTarget
    from forge_manager.gate.record import CredentialSets, GateRecord
    from forge_manager.gate.state import GateState
    from forge_manager.gate.target import TargetDirectory

#: Seconds after which the set is judged again even without a change, as its KES period passes.
_JUDGE_AGAIN = 60.0
_FIRST_RETRY = 1.0
_LAST_RETRY = 30.0
#: Seconds for which a replaced set stays readable to a process that has resolved its directory.
_KEEP_REPLACED = 5.0


@dataclass(frozen=True)
class Clocks:
    """Monotonic seconds for waiting, Unix time for KES periods."""

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time


class Provisioner:
    """One thread calls `step` again and again; each call takes milliseconds."""

    def __init__(
        self,
        *,
        source_paths: CredentialPaths,
        target_paths: CredentialPaths,
        target: TargetDirectory | GuardedTarget,
        judge: Callable[[CredentialSet, float], Verdict],
        record: GateRecord,
        sets: CredentialSets,
        clocks: Clocks,
        elsewhere: Elsewhere = in_a_thread,
    ) -> None:
        """`elsewhere`: where the source is read (aside)."""
        self._source = BoundedSource(source_paths, elsewhere=elsewhere)
        self._target_paths = target_paths
        self._target = target
        self._judge = judge
        self._record = record
        self._sets = sets
        self._clocks = clocks
        self._seen: tuple[source.Signature, ...] | None = None
        self._look_at = clocks.monotonic()
        self._retry_in = _FIRST_RETRY
        self._sweep_at: float | None = clocks.monotonic()
        self._live: bytes | None = None  # digest of the set in place ...
        self._in_place = Verdict(())  # ... and what its check found
        self._adopted = False

    @property
    def hangs(self) -> bool:
        """Whether reading the source takes too long."""
        return self._source.hangs

    def step(self) -> GateState | None:
        """Look whether anything changed and act on it; returns the new state, None without one."""
        now = self._clocks.monotonic()
        self._sweep(now)
        if not self._adopted:
            self._adopt_live_set()
            self._adopted = True
        if now < self._look_at and self._source.signature() == self._seen:
            return None
        return self._look(now)

    def _look(self, now: float) -> GateState:
        snapshot = self._source.snapshot()
        wall_s = self._clocks.wall()
        verdict = self._judge(snapshot.files, wall_s)
        failure = None
        in_place, found = self._in_place.kes_at(wall_s), verdict.kes_at(wall_s)
        kept = self._live is not None and keeps(in_place, found)
        if verdict.blocker is None and not kept:
            failure = self._install(snapshot.files, verdict, now)
        self._seen = snapshot.signature
        self._schedule(now, failed=failure is not None)
        return gate_state(
            SourceOutcome(
                verdict=verdict,
                provisioned=self._live is not None,
                kept=kept,
                failure=failure,
                target=self._target.directory,
                in_memory=is_in_memory(self._target.directory),
            )
        )

    def _install(self, files: CredentialSet, verdict: Verdict, now: float) -> RejectionError | None:
        contents = _contents(files)
        digest = _digest(contents)
        if digest != self._live:
            self._sweep_at = now + _KEEP_REPLACED  # also what a failure may leave behind
            try:
                self._target.install(dict(zip(self._names(), contents, strict=True)))
            except RejectionError as rejection:
                return rejection
            self._live = digest
            self._record.put_in_place(self._target_paths.by_file())
        self._is_in_place(verdict)
        return None

    def _is_in_place(self, verdict: Verdict) -> None:
        self._in_place = verdict
        self._sets.checked = CheckedSet(verdict, self._target.current())

    def _adopt_live_set(self) -> None:
        """Take over the set that is still in place after a restart of the sidecar alone."""
        files = source.read_snapshot(self._target_paths).files
        verdict = self._judge(files, self._clocks.wall())
        if verdict.blocker is not None:
            return
        contents = _contents(files)
        if not self._target.is_in_form(self._names()):  # another tool's files: modes unknown
            try:
                self._target.install(dict(zip(self._names(), contents, strict=True)))
            except RejectionError:  # the source's turn comes next and reports what is wrong
                return
        self._live = _digest(contents)
        self._is_in_place(verdict)

    def _names(self) -> list[str]:
        return [path.name for path in self._target_paths.by_file().values()]

    def _schedule(self, now: float, *, failed: bool) -> None:
        if failed:
            self._look_at = now + self._retry_in
            self._retry_in = min(2 * self._retry_in, _LAST_RETRY)
        else:
            self._look_at = now + _JUDGE_AGAIN
            self._retry_in = _FIRST_RETRY

    def _sweep(self, now: float) -> None:
        if self._sweep_at is None or now < self._sweep_at:
            return
        try:
            self._target.sweep()
            self._sweep_at = None
        except RejectionError:  # a missing or forbidden target is reported when it is written
            self._sweep_at = now + _LAST_RETRY


def keeps(in_place: KesTime, new: KesTime) -> bool:
    """Tell whether a set stays because the new one is not valid now and could not forge."""
    if new is KesTime.NOT_YET:
        return in_place is not KesTime.NOT_YET
    return new is KesTime.OVER and in_place is KesTime.NOW


def _contents(files: CredentialSet) -> tuple[bytes, bytes, bytes]:
    contents = files.kes, files.vrf, files.op_cert
    kes, vrf, op_cert = (content for content in contents if isinstance(content, bytes))
    return kes, vrf, op_cert


def _digest(contents: tuple[bytes, ...]) -> bytes:
    digest = hashlib.blake2b(digest_size=32)
    for content in contents:
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.digest()
