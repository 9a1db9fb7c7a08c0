"""What forging control knows of the checked and of the live set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forge_manager.base.moment import SECOND, Moment
from forge_manager.control.live_credentials import KnownCredentials
from forge_manager.control.observer import Observation
from forge_manager.credentials.verdict import KesTime
from forge_manager.forging.situation import Credentials, Node
from forge_manager.gate.record import CheckedSet, CredentialSets
from tests.sidecar.conftest import paths_in
from tests.sidecar.credentials.judging import judge, judge_files
from tests.sidecar.guard.pod import Pod
from tests.support.keys import CredentialFiles
from tests.support.keys import Pool as StakePool

if TYPE_CHECKING:
    from pathlib import Path

    from forge_manager.credentials.checks import CredentialSet
    from forge_manager.credentials.verdict import Verdict

POOL = StakePool.generate(b"known")
OLDER, NEWER = POOL.issue(), POOL.issue(counter=1)


class Bench:
    """A pod's directories and what is judged of them."""

    def __init__(self, root: Path) -> None:
        self.pod = Pod(root)
        self.keys = self.pod.node_keys
        self.sets = CredentialSets()
        self.judged = 0
        self.now = Moment(100 * SECOND, 1_000 * SECOND)
        self.known = KnownCredentials(
            target=paths_in(self.pod.target),
            judge=self._judge,
            sets=self.sets,
            version=lambda: self.keys.live_version,
        )

    def _judge(self, files: CredentialSet, now: float) -> Verdict:
        self.judged += 1
        return judge_files(files, now)

    def provision(self, files: CredentialFiles, pool_id: str = "") -> str | None:
        self.pod.provision(files)
        name = self.keys.checked_name()
        self.sets.checked = CheckedSet(judge(files, pool_id=pool_id), name)
        return name

    def look(self) -> Credentials:
        live, checked = self.keys.look()
        sight = Observation(Node(), None, live, checked, self.keys.checked_name(), None)
        return self.known.look(self.now, sight)

    def live_counter(self) -> int | None:
        live = self.sets.live
        return live.op_cert.counter if live and live.op_cert else None


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_checked_set_may_be_forged_with(bench: Bench) -> None:
    assert bench.look() == Credentials()
    name = bench.provision(NEWER)
    assert bench.look() == Credentials(True, 1, name)


def test_another_pools_set_may_not(bench: Bench) -> None:
    bench.provision(NEWER, pool_id=StakePool.generate(b"another").pool_id)
    assert not bench.look().checked


def test_a_set_whose_verdict_is_still_to_come_may_not(bench: Bench) -> None:
    bench.provision(OLDER)
    bench.pod.provision(NEWER)
    assert not bench.look().checked


def test_the_live_set_is_judged_as_it_lies_there(bench: Bench) -> None:
    bench.provision(OLDER)
    bench.keys.put_live()
    bench.provision(NEWER)
    bench.look()
    assert bench.live_counter() == 0
    bench.keys.put_live()
    bench.look()
    assert bench.live_counter() == 1
    bench.keys.unlink()
    bench.look()
    assert bench.live_counter() is None


def test_it_is_judged_again_when_it_changes_and_once_a_minute(bench: Bench) -> None:
    bench.provision(OLDER)
    bench.keys.put_live()
    for _ in range(3):
        bench.look()
    assert bench.judged == 1
    bench.now = Moment(bench.now.boot_ns + 60 * SECOND, bench.now.wall_ns + 60 * SECOND)
    bench.look()
    assert bench.judged == 2


@pytest.mark.parametrize(
    ("wall_s", "kes"), [(299, KesTime.NOT_YET), (300, KesTime.NOW), (6_500, KesTime.OVER)]
)
def test_the_period_is_judged_at_each_look(bench: Bench, wall_s: int, kes: KesTime) -> None:
    bench.provision(POOL.issue(kes_period=3))
    bench.now = bench.now._replace(wall_ns=wall_s * SECOND)
    assert bench.look().kes is kes
