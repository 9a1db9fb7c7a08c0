"""Beside a guard: the checked set always, the node's paths only where no node may be using them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forge_manager.base.reasons import Reason
from forge_manager.gate.guarded_target import GuardedTarget
from tests.support.keys import Pool

if TYPE_CHECKING:
    from pathlib import Path

POOL = Pool.generate(b"managed")
OLDER, NEWER = POOL.issue().by_name(), POOL.issue(counter=1).by_name()


class Bench:
    """A target, and the node that it asks for."""

    def __init__(self, root: Path) -> None:
        self.checked, self.live = root / "checked", root / "live"
        for directory in (self.checked, self.live):
            directory.mkdir()
        self.socket = Reason.NODE_SOCKET_MISSING
        self.runs = False
        self.target = GuardedTarget(
            checked=self.checked,
            live=self.live,
            check_socket=lambda: self.socket,
            node_runs=lambda: self.runs,
        )

    def found(self, directory: Path) -> dict[str, bytes]:
        paths = [directory / name for name in OLDER]
        return {path.name: path.read_bytes() for path in paths if path.is_file()}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_before_a_node_starts_both_are_exchanged(bench: Bench) -> None:
    for files in (OLDER, NEWER):
        bench.target.install(files)
        assert bench.found(bench.checked) == bench.found(bench.live) == files


def test_a_node_that_is_up_keeps_its_keys(bench: Bench) -> None:
    bench.target.install(OLDER)
    bench.socket = Reason.NODE_SOCKET_ACCEPTS
    bench.target.install(NEWER)
    assert (bench.found(bench.checked), bench.found(bench.live)) == (NEWER, OLDER)


def test_a_node_that_boots_keeps_the_whole_set_that_it_may_be_reading(bench: Bench) -> None:
    bench.target.install(OLDER)
    bench.runs = True
    bench.target.install(NEWER)
    assert (bench.found(bench.checked), bench.found(bench.live)) == (NEWER, OLDER)


def test_a_standby_that_shuts_down_is_given_no_keys(bench: Bench) -> None:
    """Its socket is closed already, and a person's SIGHUP would make it forge."""
    bench.socket = Reason.NODE_SOCKET_REFUSED
    bench.runs = True
    bench.target.install(OLDER)
    assert (bench.found(bench.checked), bench.found(bench.live)) == (OLDER, {})


def test_each_set_has_a_name_of_its_own(bench: Bench) -> None:
    assert bench.target.current() is None
    names = []
    for files in (OLDER, NEWER, NEWER):
        bench.target.install(files)
        names.append(bench.target.current())
    assert len(set(names)) == 3
