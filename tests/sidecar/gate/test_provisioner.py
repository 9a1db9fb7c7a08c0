"""The whole way from the source to the gate's state, with clocks a test turns."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forge_manager.base.reasons import Reason
from forge_manager.credentials.checks import Expectations, FileNames, check_credentials
from forge_manager.credentials.verdict import KesTime
from forge_manager.fence import swapped_set
from forge_manager.gate.provisioner import Clocks, Provisioner, keeps
from forge_manager.gate.state import GatePhase, GateState
from forge_manager.gate.target import TargetDirectory
from forge_manager.metrics.telemetry import Telemetry
from tests.sidecar.conftest import Volumes, paths_in
from tests.sidecar.credentials.judging import CLOCK
from tests.sidecar.gate.secret_volume import SecretVolume
from tests.support.keys import CredentialFiles, Pool

if TYPE_CHECKING:
    from forge_manager.credentials.checks import CredentialSet
    from forge_manager.credentials.verdict import Verdict

POOL = Pool.generate(b"provisioner")
GOOD = POOL.issue()
NEWER = POOL.issue(counter=1)


class Bench:
    """A provisioner, its directories and its time."""

    def __init__(self, volumes: Volumes) -> None:
        self.volumes = volumes
        self.secret = SecretVolume(volumes.source)
        self.monotonic = 1_000.0
        self.wall = 50.0
        self.restart()

    def restart(self) -> None:
        """Start the sidecar anew; its volumes stay."""
        self.telemetry = Telemetry()
        self.provisioner = Provisioner(
            source_paths=paths_in(self.volumes.source),
            target_paths=paths_in(self.volumes.target),
            target=TargetDirectory(self.volumes.target),
            judge=_judge,
            record=self.telemetry.gate,
            sets=self.telemetry.sets,
            clocks=Clocks(lambda: self.monotonic, lambda: self.wall),
            elsewhere=lambda _, work: work,
        )

    def update(self, files: CredentialFiles) -> None:
        """Update the Secret."""
        self.secret.update(files.by_name())

    def step(self, seconds: float = 0.5) -> GateState | None:
        """Let time pass and make one step."""
        self.monotonic += seconds
        return self.provisioner.step()

    def state(self) -> GateState:
        """Make one step, of which a state is expected."""
        state = self.step()
        assert state is not None
        return state

    @property
    def in_place(self) -> dict[str, bytes] | None:
        """What the node would read, None when not all three are there."""
        paths = [self.volumes.target / name for name in GOOD.by_name()]
        return {p.name: p.read_bytes() for p in paths} if all(p.exists() for p in paths) else None


def _judge(files: CredentialSet, now: float) -> Verdict:
    names = FileNames("kes.skey", "vrf.skey", "node.cert")
    return check_credentials(files, names, Expectations({}, CLOCK), now)


@pytest.fixture
def bench(volumes: Volumes) -> Bench:
    return Bench(volumes)


def _summary(state: GateState) -> tuple[GatePhase, Reason, bool]:
    return state.phase, state.reason, state.credentials_provisioned


def test_files_that_are_there_are_provisioned_at_once(bench: Bench) -> None:
    bench.update(GOOD)
    assert _summary(bench.state()) == (GatePhase.READY, Reason.CREDENTIALS_PROVISIONED, True)
    assert bench.in_place == GOOD.by_name()
    assert bench.telemetry.gate.copied == {"kes": 1, "vrf": 1, "opcert": 1}


def test_a_late_secret_is_waited_for(bench: Bench) -> None:
    assert _summary(bench.state()) == (GatePhase.NOT_READY, Reason.SOURCE_MISSING, False)
    assert bench.step() is None, "nothing has changed"
    bench.update(GOOD)
    assert bench.state().ready


def test_a_partial_secret_is_waited_for(bench: Bench) -> None:
    partial = GOOD.by_name()
    del partial["node.cert"]
    bench.secret.update(partial)
    assert _summary(bench.state()) == (GatePhase.NOT_READY, Reason.SOURCE_MISSING, False)
    assert bench.in_place is None
    bench.update(GOOD)
    assert bench.state().ready


def test_a_wrong_set_is_an_error_until_a_right_one_comes(bench: Bench) -> None:
    bench.update(GOOD.with_kes_of(NEWER))
    assert _summary(bench.state()) == (GatePhase.ERROR, Reason.KES_KEY_MISMATCH, False)
    assert bench.in_place is None
    bench.update(GOOD)
    assert bench.state().ready
    assert bench.in_place == GOOD.by_name()


def test_an_update_replaces_the_whole_set(bench: Bench) -> None:
    bench.update(GOOD)
    bench.state()
    bench.update(NEWER)
    assert _summary(bench.state()) == (GatePhase.READY, Reason.CREDENTIALS_PROVISIONED, True)
    assert bench.in_place == NEWER.by_name()
    checked = bench.telemetry.sets.checked
    assert checked is not None
    assert checked.verdict.op_cert is not None
    assert checked.verdict.op_cert.counter == 1


def test_the_replaced_set_is_deleted_after_a_while(bench: Bench) -> None:
    bench.update(GOOD)
    bench.state()
    bench.update(NEWER)
    bench.state()
    assert len(list(bench.volumes.target.glob("..set-*"))) == 2
    bench.step(seconds=6)
    assert len(list(bench.volumes.target.glob("..set-*"))) == 1
    assert bench.in_place == NEWER.by_name()


@pytest.mark.parametrize("gone", ["wrong", "partial", "missing"])
def test_once_provisioned_the_gate_stays_open(bench: Bench, gone: str) -> None:
    bench.update(GOOD)
    bench.state()
    bench.secret.update(
        {
            "wrong": GOOD.with_kes_of(NEWER).by_name(),
            "partial": {"kes.skey": NEWER.kes_skey},
            "missing": {},
        }[gone]
    )
    state = bench.state()
    assert _summary(state) == (GatePhase.READY, Reason.CREDENTIALS_KEPT, True)
    assert any(check.ok is False and check.blocking for check in state.checks)
    assert bench.in_place == GOOD.by_name()


def test_after_a_restart_of_the_sidecar_alone_the_set_is_still_good(bench: Bench) -> None:
    bench.update(GOOD)
    bench.state()
    bench.secret.update({})
    bench.restart()
    assert _summary(bench.state()) == (GatePhase.READY, Reason.CREDENTIALS_KEPT, True)
    checked = bench.telemetry.sets.checked
    assert checked is not None  # what the metrics tell of
    assert checked.verdict.pool_id is not None
    bench.update(GOOD)
    assert bench.state().reason is Reason.CREDENTIALS_PROVISIONED
    assert bench.telemetry.gate.copied == {}, "nothing had to be copied"


def test_a_bad_set_left_at_the_target_is_not_adopted(bench: Bench) -> None:
    bad = GOOD.with_kes_of(NEWER)
    TargetDirectory(bench.volumes.target).install(bad.by_name())
    assert _summary(bench.state()) == (GatePhase.NOT_READY, Reason.SOURCE_MISSING, False)


def test_plain_files_of_another_tool_are_adopted_with_safe_modes(bench: Bench) -> None:
    GOOD.write(bench.volumes.target, mode=0o644)
    assert _summary(bench.state()) == (GatePhase.READY, Reason.CREDENTIALS_KEPT, True)
    assert (bench.volumes.target / "vrf.skey").stat().st_mode & 0o777 == 0o400


def test_a_full_target_is_tried_again_with_growing_pauses(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[float] = []

    def full(_path: Path, _content: bytes) -> None:
        attempts.append(bench.monotonic)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    bench.update(GOOD)
    with monkeypatch.context() as patch:
        patch.setattr(swapped_set, "_write_file", full)
        assert _summary(bench.state()) == (GatePhase.ERROR, Reason.TARGET_FULL, False)
        for _ in range(200):
            bench.step()
    pauses = [later - earlier for earlier, later in pairwise(attempts)]
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    bench.step(seconds=30)
    assert bench.in_place == GOOD.by_name()
    attempts.clear()
    bench.update(NEWER)
    with monkeypatch.context() as patch:
        patch.setattr(swapped_set, "_write_file", full)
        for _ in range(8):
            bench.step()
    assert [later - earlier for earlier, later in pairwise(attempts)] == [1.0, 2.0], "as before"


def test_an_update_during_a_pause_is_tried_at_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.update(GOOD)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", _forbidden)
        assert bench.state().reason is Reason.TARGET_NOT_WRITABLE
        for _ in range(20):
            bench.step()
    bench.update(NEWER)
    assert bench.state().ready


def test_a_failing_update_keeps_the_good_set(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.update(GOOD)
    bench.state()
    bench.update(NEWER)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", _forbidden)
        state = bench.state()
    assert _summary(state) == (GatePhase.READY, Reason.CREDENTIALS_KEPT, True)
    assert bench.in_place == GOOD.by_name()
    checked = bench.telemetry.sets.checked
    assert checked is not None
    assert checked.verdict.op_cert is not None
    assert checked.verdict.op_cert.counter == 0, (
        "metrics tell what is in place, not what was wanted"
    )


def test_time_alone_changes_the_verdict(bench: Bench) -> None:
    """The KES key expires without any change of a file."""
    bench.update(GOOD)
    assert all(check.ok is not False for check in bench.state().checks if "kes" in check.name)
    bench.wall = 62 * 100.0
    assert bench.step() is None
    state = bench.step(seconds=60)
    assert state is not None
    assert state.ready
    assert [c.reason for c in state.checks if c.name == "kes_period"] == [Reason.KES_PERIOD_EXPIRED]


def test_a_set_of_a_later_period_waits_until_it_begins(bench: Bench) -> None:
    bench.update(GOOD)
    bench.state()
    later = POOL.issue(counter=1, kes_period=3)
    bench.update(later)
    state = bench.state()
    assert _summary(state) == (GatePhase.READY, Reason.CREDENTIALS_KEPT, True)
    assert "no block can be forged yet" in state.message
    assert bench.in_place == GOOD.by_name()
    bench.wall = 300.0
    bench.step(seconds=60)
    assert bench.in_place == later.by_name()


def test_it_waits_for_a_restarted_sidecar_as_well(bench: Bench) -> None:
    bench.update(GOOD)
    bench.state()
    bench.restart()
    bench.update(POOL.issue(counter=1, kes_period=3))
    assert bench.state().ready
    assert bench.in_place == GOOD.by_name()


def test_an_expired_set_takes_the_place_of_an_expired_one_alone(bench: Bench) -> None:
    bench.wall = 6_250.0
    good, expired = POOL.issue(counter=1, kes_period=60), POOL.issue(counter=2)
    bench.update(good)
    bench.state()
    bench.update(expired)
    assert bench.state().reason is Reason.CREDENTIALS_KEPT
    assert bench.in_place == good.by_name()
    bench.wall = 20_000.0
    bench.step(seconds=60)
    assert bench.in_place == expired.by_name()


def test_without_another_one_a_set_of_a_later_period_starts_the_node(bench: Bench) -> None:
    bench.update(POOL.issue(kes_period=3))
    assert bench.state().reason is Reason.CREDENTIALS_PROVISIONED


def test_a_target_that_appears_late_is_used(bench: Bench) -> None:
    bench.update(GOOD)
    bench.volumes.target.rmdir()
    assert _summary(bench.state()) == (GatePhase.ERROR, Reason.TARGET_MISSING, False)
    bench.volumes.target.mkdir()
    bench.step(seconds=2)
    assert bench.in_place == GOOD.by_name()


def test_an_empty_file_is_still_to_come(bench: Bench) -> None:
    bench.update(replace(GOOD, vrf_skey=b""))
    assert _summary(bench.state()) == (GatePhase.NOT_READY, Reason.SOURCE_EMPTY, False)


def _forbidden(*_: object) -> None:
    raise OSError(errno.EROFS, os.strerror(errno.EROFS))


@pytest.mark.parametrize(
    ("in_place", "new", "stays"),
    [
        (KesTime.NOW, KesTime.NOT_YET, True),
        (KesTime.OVER, KesTime.NOT_YET, True),
        (KesTime.NOT_YET, KesTime.NOT_YET, False),
        (KesTime.NOW, KesTime.OVER, True),
        (KesTime.OVER, KesTime.OVER, False),
        (KesTime.NOT_YET, KesTime.OVER, False),
        (KesTime.NOW, KesTime.NOW, False),
        (KesTime.OVER, KesTime.NOW, False),
    ],
)
def test_a_set_stays_when_the_new_one_is_not_for_now(
    in_place: KesTime, new: KesTime, stays: bool
) -> None:
    assert keeps(in_place, new) is stays
