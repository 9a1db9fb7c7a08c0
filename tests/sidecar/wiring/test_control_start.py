"""What a start of forging control ties together."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from forge_manager.control.status import ForgingStatus
from forge_manager.gate.slot_clock_reader import SlotClockReader
from forge_manager.kube.changes import Change, Presence
from forge_manager.metrics.telemetry import Telemetry
from forge_manager.node.peer import NodeSocket
from forge_manager.settings.manager import parse_settings
from forge_manager.wiring import control_start
from forge_manager.wiring.control_start import _Place, start
from tests.sidecar.kube.samples import LEASE, document
from tests.sidecar.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


class Heard:
    """A loop that only remembers."""

    def __init__(self) -> None:
        self.all: list[tuple[object, ...]] = []

    def observed(self, index: int, lease: object, *, deleted: bool) -> None:
        self.all.append((index, lease, deleted))


def test_the_loop_is_told_which_lease_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(control_start, "ObjectWatch", lambda *given, **_: told.append(given[3]))
    place: Any = _Place
    heard: Any = Heard()
    place(None, "pools", "lease", "own", None).watch(Telemetry(), heard, 2)
    told[0](Change(Presence.PRESENT, document()))
    told[0](Change(Presence.PRESENT, {"metadata": "junk"}))
    assert heard.all == [(2, LEASE, False)]


def test_without_a_cluster_it_runs_until_it_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control_start, "_own_cluster", lambda: None)
    directory = str(tmp_path)
    settings = parse_settings({"POD_NAME": "a-0", "STATE_DIR": directory, "CHECKED_DIR": directory})
    beats = threading.Event()
    before = set(threading.enumerate())
    running = start(
        settings,
        NodeSocket(tmp_path / "node.socket"),
        Telemetry(),
        ForgingStatus(),
        beats.set,
        clock=SlotClockReader("mainnet", None),
    )
    (loop,) = (one for one in set(threading.enumerate()) - before if one.name == "control")
    assert beats.wait(20)
    assert running.health() == ()
    running.stop()
    until(lambda: not loop.is_alive(), "the end of the loop")
