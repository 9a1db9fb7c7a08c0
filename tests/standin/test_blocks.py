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
        node.wait_for_line("error: .*'forge' is not lead, miss or cannot")
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


def test_the_tip_stands_still_as_long_as_the_file_is_there(home: Path) -> None:
    still = home / "still"
    with StandinProcess.start(home, STANDIN_TIP_FILE=str(still)) as node:
        node.wait_until_up()
        before = node.metrics()[f"{PREFIX}slotNum_int"]
        still.touch()
        time.sleep(2)
        assert shown(node, "slotNum_int", "blockNum_int") == [before, before]
        still.unlink()
        node.wait_for(lambda: node.metrics()[f"{PREFIX}slotNum_int"] >= before + 2, "the tip")
