"""The genesis of a custom network on a volume that hangs: a FIFO that nobody writes to."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path

import pytest

from forge_manager.credentials.networks import PUBLIC_NETWORKS
from forge_manager.gate.slot_clock_reader import SlotClockReader, read_shelley_genesis

GENESIS = {
    "systemStart": "2026-01-01T00:00:00Z",
    "slotLength": 1,
    "slotsPerKESPeriod": 3600,
    "maxKESEvolutions": 60,
}


@pytest.fixture
def genesis(tmp_path: Path) -> Path:
    return tmp_path / "shelley-genesis.json"


def test_a_public_network_needs_no_file() -> None:
    clock = SlotClockReader("preview", None)
    assert clock.read() == clock.latest() == (PUBLIC_NETWORKS["preview"].clock, "")
    assert not clock.hangs


def test_a_genesis_that_comes_late_is_found(genesis: Path) -> None:
    clock = SlotClockReader("devnet", genesis)
    assert clock.read()[0] is None
    genesis.write_text(json.dumps(GENESIS))
    assert clock.read() == (read_shelley_genesis(genesis), "")


def test_who_asks_for_what_was_read_last_never_reads(genesis: Path) -> None:
    genesis.write_text(json.dumps(GENESIS))
    clock = SlotClockReader("devnet", genesis)
    assert clock.latest()[0] is None
    clock.read()
    genesis.unlink()
    assert clock.latest()[0] is not None


def test_a_genesis_that_hangs_is_waited_for_a_second_and_then_used(genesis: Path) -> None:
    os.mkfifo(genesis)
    clock = SlotClockReader("devnet", genesis)
    began = time.monotonic()
    found, why = clock.read()
    assert 1 <= time.monotonic() - began < 10
    assert found is None
    assert str(genesis) in why
    # The one that serves the volume is back.
    threading.Thread(target=genesis.write_text, args=(json.dumps(GENESIS),)).start()
    found, why = clock.read()
    assert (found is not None, why) == (True, "")
