"""The command goes through its seeds, stops at a violation, and says how to see it again."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from bench.report import page, results
from bench.soak import __main__ as soak
from devkit import environment
from devkit.steps import StepError
from tests.e2e.chaos.driver import Result

if TYPE_CHECKING:
    from pathlib import Path

VERSION = json.dumps({"serverVersion": {"gitVersion": "v1.34.4"}})


class Cluster:
    """Where nothing is: seeds give the results that are set here, else good ones."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        self.results: dict[int, Result] = {}
        self.ran: list[tuple[int, float, bool]] = []
        self.installed: list[str] = []
        self.restarts = 0
        self.settles = True
        self.external = False
        monkeypatch.setattr(results, "DIRECTORY", tmp_path / "results")
        monkeypatch.setattr(page, "DOCS", tmp_path)
        monkeypatch.setattr(soak, "one_cluster", self._one_cluster)
        monkeypatch.setattr(soak, "only_replica", self._only_replica)
        monkeypatch.setattr(soak, "run", self._run)
        monkeypatch.setattr(signal, "signal", lambda *_: None)
        monkeypatch.setattr(environment, "load", lambda: SimpleNamespace(cluster=self))
        self._monkeypatch = monkeypatch

    def soak(self, *arguments: str) -> int:
        self._monkeypatch.setattr(sys, "argv", ["soak", *arguments])
        return soak.main()

    @contextlib.contextmanager
    def _one_cluster(self, _scratch: Path) -> Iterator[Any]:
        self.installed.append("three replicas")
        yield SimpleNamespace(settled=self._settled, lease_s=15)

    @contextlib.contextmanager
    def _only_replica(self, *_: object, **labelled: Any) -> Iterator[Any]:
        assert labelled["labels"] == {"test/spared": "true"}
        self.installed.append("one")
        yield self._case()

    def _settled(self) -> Any:
        if not self.settles:
            raise StepError("no node forges")
        return self._case()

    def _case(self) -> Any:
        statuses = [{"name": "node", "restartCount": self.restarts}]
        namespace = SimpleNamespace(
            kubectl=SimpleNamespace(text=lambda *_: VERSION),
            items=lambda _: [{"status": {"containerStatuses": statuses}}],
        )
        return SimpleNamespace(namespace=namespace, system=None)

    def _run(
        self, _ground: Any, _plan: Any, *, seed: int, seconds: float, beside_others: bool
    ) -> Result:
        self.ran.append((seed, seconds, beside_others))
        return self.results.get(seed, Result(steps=2, none_after_s=16))


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cluster:
    return Cluster(monkeypatch, tmp_path)


def test_each_seed_has_its_part_of_the_kept_results(cluster: Cluster) -> None:
    assert cluster.soak("--minutes", "4", "--seeds", "7", "8") == 0
    assert cluster.ran == [(7, 240, False), (8, 240, False)]
    kept = results.read("soak")
    assert kept
    assert kept.command == 'make soak SEEDS="7 8" MINUTES=4'
    assert kept.versions == {"Kubernetes": "v1.34.4"}
    names = {figure.name for figure in kept.figures}
    assert {"start/restarts", "seed-7/two", "seed-8/two"} <= names


def test_a_violation_ends_it_with_the_command_that_shows_it_again(
    cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    cluster.results[7] = Result(violations=["step 3: two 0.40 s"])
    assert cluster.soak("--minutes", "4", "--seeds", "6", "7", "8") == 1
    assert [seed for seed, _, _ in cluster.ran] == [6, 7]
    said = capsys.readouterr().out
    assert "step 3: two 0.40 s" in said
    assert "replay: make soak SEEDS=7 MINUTES=4" in said
    assert results.read("soak") is None


@pytest.mark.parametrize(("minutes", "seeds", "is_long"), [("5", "7", False), ("5", "7 8", True)])
def test_a_release_that_no_fault_hits_is_there_when_it_can_be_judged(
    cluster: Cluster, minutes: str, seeds: str, is_long: bool
) -> None:
    code = cluster.soak("--minutes", minutes, "--seeds", *seeds.split())
    # Here nothing is ever sampled, and what was not seen has not been flat.
    assert code == (1 if is_long else 0)
    assert cluster.installed == ["three replicas", *(["one"] if is_long else [])]


def test_a_start_that_restarts_a_container_fails(cluster: Cluster) -> None:
    cluster.restarts = 1
    assert cluster.soak("--minutes", "1", "--seeds", "7") == 1


def test_beside_other_work_a_long_time_without_a_forger_is_told_and_nothing_is_kept(
    cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    cluster.results[7] = Result(none_after_s=40)
    five = ("--minutes", "5", "--seeds", "7")
    assert cluster.soak("--beside-others", *five) == 0
    assert cluster.ran == [(7, 300, True)]
    assert "| none after a fault's end | 40 s |" in capsys.readouterr().out
    assert results.read("soak") is None
    assert cluster.soak(*five) == 1


def test_where_all_is_not_well_to_begin_with_it_ends_with_the_seeds(
    cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    cluster.settles = False
    assert cluster.soak("--seeds", "7", "8") == 2
    assert "seeds 7 8: no node forges" in capsys.readouterr().out


def test_beside_other_work_it_leaves_a_cluster_alone_that_is_not_ours(cluster: Cluster) -> None:
    cluster.external = True
    assert cluster.soak("--beside-others", "--seeds", "7") == 0
    assert cluster.ran == []
