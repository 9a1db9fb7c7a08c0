"""Slot arithmetic, against facts that anybody can look up."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge_manager.credentials.networks import (
    PUBLIC_NETWORKS,
    GenesisUnusableError,
    SlotClock,
)
from forge_manager.gate.slot_clock_reader import read_shelley_genesis, slot_clock

CHART_NETWORKS = Path(__file__).parents[3] / "charts/cardano-node/files/networks.json"

GENESIS: dict[str, Any] = {
    "systemStart": "2026-01-31T00:00:00Z",
    "slotLength": 0.5,
    "slotsPerKESPeriod": 100,
    "maxKESEvolutions": 10,
}


def _time(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("network", "time", "period"),
    [
        ("mainnet", "2020-07-29T21:44:50", 34),  # 4492800 / 129600 = 34.67
        ("mainnet", "2020-07-30T09:44:50", 34),
        ("mainnet", "2020-07-30T09:44:51", 35),  # 43200 slots later, slot 4536000
        ("mainnet", "2021-04-12T04:03:22", 205),  # slot 26633911, in epoch 259
        ("preprod", "2022-06-21T12:00:00", 1),
        ("preview", "2022-10-26T12:00:00", 1),
        ("preview", "2020-01-01T00:00:00", 0),
    ],
)
def test_the_kes_period_of_a_time(network: str, time: str, period: int) -> None:
    assert PUBLIC_NETWORKS[network].clock.kes_period_at(_time(time)) == period


@given(st.sampled_from(sorted(PUBLIC_NETWORKS)), st.integers(35, 100_000))
def test_a_period_starts_where_the_one_before_ends(network: str, period: int) -> None:
    clock = PUBLIC_NETWORKS[network].clock
    start = clock.kes_period_start(period)
    assert clock.kes_period_at(start) == period
    assert clock.kes_period_at(start - 1) == period - 1


@given(st.sampled_from(sorted(PUBLIC_NETWORKS)), st.integers(4_492_800, 2**40))
def test_a_kes_period_starts_with_its_first_slot(network: str, slot: int) -> None:
    clock = PUBLIC_NETWORKS[network].clock
    period = slot // clock.slots_per_kes_period + 1
    assert clock.slot_start(period * clock.slots_per_kes_period) == clock.kes_period_start(period)


def test_the_time_of_a_slot_that_anybody_can_look_up() -> None:
    mainnet = PUBLIC_NETWORKS["mainnet"].clock
    assert mainnet.slot_start(26_633_911) == _time("2021-04-12T04:03:22")  # in epoch 259
    assert mainnet.slot_start(4_492_799) is None


def test_the_chart_knows_the_same_networks() -> None:
    """Chart and sidecar are shipped apart, so each has its own table."""
    chart = json.loads(CHART_NETWORKS.read_text())
    assert {name: facts["networkMagic"] for name, facts in chart.items()} == {
        name: network.magic for name, network in PUBLIC_NETWORKS.items()
    }


def test_a_custom_network_is_read_from_its_genesis(tmp_path: Path) -> None:
    path = tmp_path / "shelley-genesis.json"
    path.write_text(json.dumps(GENESIS))
    clock = read_shelley_genesis(path)
    assert clock == SlotClock(_time("2026-01-31T00:00:00"), 0, 0.5, 100, 10)
    assert clock.kes_period_at(_time("2026-01-31T00:00:50")) == 1
    assert slot_clock("devnet", path) == (clock, "")


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("no json", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not a JSON object"),
        (json.dumps(GENESIS | {"systemStart": "soon"}), "systemStart"),
        (json.dumps(GENESIS | {"systemStart": 1}), "systemStart"),
        (json.dumps(GENESIS | {"slotLength": 0}), "slotLength"),
        (json.dumps(GENESIS | {"slotLength": "1"}), "slotLength"),
        (json.dumps(GENESIS | {"slotsPerKESPeriod": 1.5}), "slotsPerKESPeriod"),
        (json.dumps(GENESIS | {"maxKESEvolutions": -1}), "maxKESEvolutions"),
        (json.dumps(GENESIS | {"maxKESEvolutions": 1e300}), "maxKESEvolutions"),
        ('{"systemStart": "2026-01-31T00:00:00Z", "slotLength": NaN}', "slotLength"),
    ],
)
def test_an_unusable_genesis_says_what_is_wrong(tmp_path: Path, content: str, names: str) -> None:
    path = tmp_path / "shelley-genesis.json"
    path.write_text(content)
    with pytest.raises(GenesisUnusableError, match=names):
        read_shelley_genesis(path)
    clock, why = slot_clock("devnet", path)
    assert clock is None
    assert str(path) in why


def test_without_genesis_the_reason_is_said(tmp_path: Path) -> None:
    clock, why = slot_clock("devnet", None)
    assert clock is None
    assert "SHELLEY_GENESIS_FILE" in why
    with pytest.raises(GenesisUnusableError, match="cannot be read"):
        read_shelley_genesis(tmp_path / "none")
