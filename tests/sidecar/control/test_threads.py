"""/health knows every thread of the manager: none ends, or stands still, unnoticed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from forge_manager.base.reasons import Reason
from forge_manager.base.thread_health import STALLED_AFTER, LoopAge
from forge_manager.control.observer import Observer
from forge_manager.control.status import ForgingStatus
from forge_manager.gate.loop import GateLoop
from forge_manager.gate.slot_clock_reader import SlotClockReader
from forge_manager.gate.state import Gate
from forge_manager.metrics.telemetry import Telemetry
from forge_manager.node.metric import ForgingMetric
from forge_manager.node.peer import NodeSocket
from forge_manager.settings.manager import parse_settings
from forge_manager.wiring.control_start import Running, start
from tests.sidecar.control import manager as bench
from tests.sidecar.control.memory_lease import MemoryLease
from tests.sidecar.guard.pod import Pod
from tests.sidecar.kube.fake_api import FakeApi, Link, Received
from tests.sidecar.waiting import until
from tests.support.standin import StandinProcess

#: Everything that a pod of several clusters has. Requests end by their own deadlines, and what is
#: done aside is waited for by nobody: they are in no table.
EVERYTHING = {
    "control",
    "watch-leases/cardano-node-leader",
    "watch-leases/the-pools",
    "watch-leases/the-pools-clusters",
    "watch-pods/a-0",
    "watch-cardanoleaders/cardano-leader",
    "watch-cardanoforgeclusters/mainnet-eu",
    "events",
    "label",
    "leader-status",
    "leader-schema",
    "hand-over",
    "cluster-health",
    "cluster-status",
    "cluster-schema",
    "cluster-membership",
}


def _hangs(_received: Received, link: Link) -> None:
    link.hang()


@pytest.fixture
def started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Running, list[threading.Thread]]]:
    """A pod of two clusters with all that can be switched on, whose API servers say nothing."""
    api = FakeApi(_hangs)
    kubeconfig = str(api.kubeconfig(tmp_path))
    monkeypatch.setenv("KUBECONFIG", kubeconfig)
    settings = parse_settings(
        {
            "POD_NAME": "a-0",
            "STATE_DIR": str(tmp_path),
            "CHECKED_DIR": str(tmp_path),
            "FORGING_LABEL": "true",
            "ENABLE_CLUSTER_MANAGEMENT": "true",
            "CLUSTER_IDENTIFIER": "eu",
            "FORGE_CLUSTER_NAME": "mainnet-eu",
            "HUB_ENABLED": "true",
            "HUB_LEASE_NAME": "the-pools",
            "HUB_KUBECONFIG": kubeconfig,
        }
    )
    before = set(threading.enumerate())
    running = start(
        settings,
        NodeSocket(tmp_path / "node.socket"),
        Telemetry(),
        ForgingStatus(),
        lambda: None,
        clock=SlotClockReader(settings.network.name, settings.network.shelley_genesis),
    )
    yield running, [one for one in threading.enumerate() if one not in before]
    api.close()
    running.stop()


def test_an_api_server_that_says_nothing_is_no_reason_to_restart(
    started: tuple[Running, list[threading.Thread]],
) -> None:
    running, threads = started
    assert {one.name for one in threads} >= EVERYTHING
    assert running.health() == ()


@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_a_thread_that_has_ended_is_named(
    started: tuple[Running, list[threading.Thread]], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, threads = started
    for one in (thread for thread in threads if thread.name == name):
        with monkeypatch.context() as patch:
            patch.setattr(one, "is_alive", lambda: False)
            (found,) = running.health()
            assert (found.thread, found.reason) == (name, Reason.THREAD_ENDED)


def test_what_is_told_to_end_is_no_trouble(
    started: tuple[Running, list[threading.Thread]],
) -> None:
    running, _ = started
    running.stop()
    assert running.health() == ()


def end() -> None:
    raise SystemExit  # what ends a thread that lives with any error


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_loop_of_control_that_has_ended_is_named(pod: Pod, node: StandinProcess) -> None:
    with bench.running(pod, MemoryLease(), node.metrics_port) as manager:
        until(lambda: manager.rounds > 3, "rounds")
        assert manager.loop.health() == ()
        manager.news.post(end)
        until(lambda: [one.thread for one in manager.loop.health()] == ["control"], "the news")


def test_a_round_that_hangs_is_late(
    pod: Pod, node: StandinProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, ended = [0.0], threading.Event()
    heartbeat = LoopAge("control", lambda: now[0])
    monkeypatch.setattr(bench.Manager, "_beat", lambda _: heartbeat.beat())
    with bench.running(pod, MemoryLease(), node.metrics_port):
        monkeypatch.setattr(Observer, "look", lambda *_: ended.wait())
        now[0] = STALLED_AFTER + 1
        until(lambda: [one.thread for one in heartbeat.health()] == ["control"], "the lateness")
        ended.set()


def test_a_scrape_that_never_ends_is_late(
    pod: Pod, node: StandinProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()
    monkeypatch.setattr(ForgingMetric, "scrape", lambda _: ended.wait())
    monkeypatch.setattr("forge_manager.base.thread_health.STALLED_AFTER", 0.2)
    with bench.running(pod, MemoryLease(), node.metrics_port) as manager:
        until(lambda: [one.thread for one in manager.loop.health()] == ["scrape"], "the lateness")
        ended.set()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_the_loop_of_credentials_is_named_when_it_hangs_and_when_it_has_ended() -> None:
    now, goes_on = [0.0], threading.Event()

    def step() -> None:
        goes_on.wait()
        end()

    heartbeat = LoopAge("credentials", lambda: now[0])
    manager = GateLoop(step=step, gate=Gate(), heartbeat=heartbeat, on_ready=lambda: None)
    manager.start()
    assert manager.health() == ()
    now[0] = STALLED_AFTER + 1
    (late,) = manager.health()
    assert (late.thread, late.reason) == ("credentials", Reason.CONTROL_LOOP_STALLED)
    now[0] = 0
    goes_on.set()
    until(lambda: [one.reason for one in manager.health()] == [Reason.THREAD_ENDED], "its end")
