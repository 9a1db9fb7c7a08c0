"""Slots that it leads by command, what a standby counts wrongly, and a tip that stands still."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.support.metric_names import node_metrics
from tests.support.standin import StandinProcess

if TYPE_CHECKING:
    from pathlib import Path

PREFIX = "cardano_node_metrics_"
FORGES = {"START_AS_NON_PRODUCING": "false"}


def shown(node: StandinProcess, *names: str) -> list[float | None]:
    page = node.metrics()
    return [page.get(PREFIX + name) for name in names]


def test_every_name_is_one_that_the_node_has(home: Path) -> None:
    slots = home / "slots"
    with StandinProcess.start(home, STANDIN_SLOTS_FILE=str(slots), **FORGES) as node:
        node.wait_until_up()
        slots.write_text("lead\ncannot\n")
        node.wait_for(lambda: shown(node, "nodeCannotForge_int") == [1], "both slots")
        assert node.metrics().keys() <= node_metrics()


def test_a_standby_shows_its_chain_and_no_counts_of_forging(home: Path) -> None:
    with StandinProcess.start(home) as node:
        node.wait_until_up()
        slot, state, leader, checked = shown(
            node, "slotNum_int", "GSM_state_int", "nodeIsLeader_int", "Forge_about_to_lead_counter"
        )
        assert slot is not None
        assert (state, leader, checked) == (2, None, None)


def test_a_count_of_events_is_there_from_the_first_one(home: Path) -> None:
    slots = home / "slots"
    names = ("nodeIsLeader_int", "Forge_node_is_leader_counter", "Forge_adopted_counter")
    with StandinProcess.start(home, STANDIN_SLOTS_FILE=str(slots), **FORGES) as node:
        node.wait_until_up()
        node.wait_for(lambda: shown(node, *names) == [0, None, None], "a slot of another's")
        slots.write_text("lead\n")
        node.wait_for(lambda: shown(node, *names) == [1, 1, 1], "a block")
        assert shown(node, "blocksForged_int", "forgedSlotLast_int")[0] == 1


def test_a_missed_block_is_a_slot_that_is_led_and_no_more(home: Path) -> None:
    slots = home / "slots"
    with StandinProcess.start(home, STANDIN_SLOTS_FILE=str(slots), **FORGES) as node:
        node.wait_until_up()
        slots.write_text("miss\n")
        node.wait_for(lambda: shown(node, "nodeIsLeader_int") == [1], "a slot that it leads")
        assert shown(node, "blocksForged_int", "Forge_adopted_counter") == [0, None]


def test_a_slot_that_it_leads_and_cannot_forge_in_is_not_counted_as_led(home: Path) -> None:
    slots = home / "slots"
    with StandinProcess.start(home, STANDIN_SLOTS_FILE=str(slots), **FORGES) as node:
        node.wait_until_up()
        slots.write_text("cannot\n")
        node.wait_for(lambda: shown(node, "nodeCannotForge_int") == [1], "a slot")
        assert shown(node, "nodeIsLeader_int", "Forge_could_not_forge_counter") == [0, 1]


def test_commands_of_an_earlier_process_and_unknown_ones_are_not_taken(home: Path) -> None:
    slots = home / "slots"
    slots.write_text("lead\n")
    with StandinProcess.start(home, STANDIN_SLOTS_FILE=str(slots), **FORGES) as node:
        node.wait_until_up()
        node.wait_for(lambda: shown(node, "nodeIsLeader_int") == [0], "a slot")
        slots.write_text("lead\nforge\n")
        node.wait_for_line("error: .*'forge' is not lead, miss, cannot or future")
        assert shown(node, "nodeIsLeader_int") == [0]


def test_a_standbys_time_is_counted_as_missed_slots_from_the_second_time_on(home: Path) -> None:
    """Upstream 6698: the first slot after it adds the whole time."""
    keys = home / "keys"
    with StandinProcess.start(home) as node:
        node.wait_until_up().hang_up()
        node.wait_for(lambda: shown(node, "slotsMissed_int") == [0], "a slot")
        (keys / "kes.skey").rename(home / "aside")
        node.hang_up()
        node.wait_for_line("forging off by SIGHUP 2")
        time.sleep(3)
        (home / "aside").rename(keys / "kes.skey")
        assert shown(node, "slotsMissed_int", "forging_enabled_int") == [0, 0]
        node.hang_up()
        node.wait_for(lambda: (shown(node, "slotsMissed_int")[0] or 0) >= 3, "the standby's time")


def test_a_slot_under_a_tip_of_a_later_one_is_not_looked_at(home: Path) -> None:
    slots = home / "slots"
    with StandinProcess.start(home, STANDIN_SLOTS_FILE=str(slots), **FORGES) as node:
        node.wait_until_up()
        slots.write_text("future\n")
        name = "Forge_block_from_future_counter"
        node.wait_for(lambda: shown(node, name) == [1], "a slot")
        assert shown(node, "nodeIsLeader_int", "nodeCannotForge_int") == [0, 0]


def test_the_tip_stands_still_as_long_as_the_file_says_so(home: Path) -> None:
    chain = home / "chain"
    with StandinProcess.start(home, STANDIN_CHAIN_FILE=str(chain)) as node:
        node.wait_until_up()
        before = node.metrics()[f"{PREFIX}slotNum_int"]
        chain.write_text("stuck\n")
        (still,) = shown(node, "slotNum_int")
        time.sleep(2)
        assert shown(node, "slotNum_int", "blockNum_int") == [still, still]
        chain.unlink()
        node.wait_for(lambda: node.metrics()[f"{PREFIX}slotNum_int"] >= before + 2, "the tip")


def test_each_fault_of_the_chain_shows_by_its_own_metrics(home: Path) -> None:
    chain = home / "chain"
    names = ("peerSelection_ActivePeers_int", "GSM_state_int", "blockfetchclient_blockdelay_real")
    faults = {"alone": [0, 2, 0.4], "syncing": [3, 1, 0.4], "late": [3, 2, 5.4]}
    with StandinProcess.start(home, STANDIN_CHAIN_FILE=str(chain)) as node:
        node.wait_until_up()
        assert shown(node, *names) == [3, 2, 0.4]
        for word, values in faults.items():
            chain.write_text(f"{word}\n")
            assert shown(node, *names) == values
        chain.write_text("gone\n")
        assert shown(node, *names) == [3, 2, 0.4]
        node.wait_for_line("error: .*'gone' is not stuck, alone, syncing, late")
