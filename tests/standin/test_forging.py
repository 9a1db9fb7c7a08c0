"""SIGHUP's outcomes, the metric ahead of the effect, and ticks as long as it forges."""

from __future__ import annotations

import re
import signal
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.support.network import CustomNetwork
from tests.support.standin import StandinProcess

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.keys import Pool


def ticks(text: str) -> list[datetime]:
    return [datetime.fromisoformat(found) for found in re.findall(r"^(\S+) \S+ tick$", text, re.M)]


def test_a_non_producing_start_has_the_metric_at_0(home: Path) -> None:
    with StandinProcess.start(home) as node:
        node.wait_until_up()
        assert node.forging_metric() == 0
        node.hang_up()
        node.wait_for_line("forging on by SIGHUP 1")
        assert node.forging_metric() == 1


def test_forges_from_its_start_when_it_may(home: Path) -> None:
    with StandinProcess.start(home, START_AS_NON_PRODUCING="false") as node:
        node.wait_for_line("forging on at start(.|\n)*tick")
        assert node.forging_metric() == 1


def test_a_missing_file_switches_off_and_the_whole_set_on_again(home: Path) -> None:
    with StandinProcess.start(home) as node:
        node.wait_until_up().hang_up()
        node.wait_for_line("forging on by SIGHUP 1")
        (home / "keys" / "vrf.skey").rename(home / "aside")
        node.hang_up()
        node.wait_for_line("forging off by SIGHUP 2")
        assert node.forging_metric() == 0
        (home / "aside").rename(home / "keys" / "vrf.skey")
        node.hang_up()
        node.wait_for_line("forging on by SIGHUP 3")


@pytest.mark.parametrize("forging", [True, False])
def test_an_invalid_set_changes_nothing(home: Path, pool: Pool, forging: bool) -> None:
    with StandinProcess.start(home) as node:
        node.wait_until_up()
        if forging:
            node.hang_up()
            node.wait_for_line("forging on by SIGHUP 1")
        metric = node.forging_metric()
        pool.issue().with_kes_of(pool.issue(counter=1)).write(home / "keys")
        node.hang_up()
        node.wait_for_line("error: forging unchanged by SIGHUP")
        assert node.forging_metric() == metric
        assert "forging off" not in node.output
        assert ("forging on" in node.output) == forging


def test_the_first_unfit_file_decides_in_the_order_in_which_they_are_read(home: Path) -> None:
    """VRF key, certificate, KES key: a missing one is not seen behind one that is damaged."""
    keys = home / "keys"
    with StandinProcess.start(home) as node:
        node.wait_until_up().hang_up()
        node.wait_for_line("forging on by SIGHUP 1")
        (keys / "kes.skey").unlink()
        (keys / "node.cert").write_text("damaged")
        node.hang_up()
        node.wait_for_line("error: forging unchanged by SIGHUP 2: operational certificate")
        (keys / "vrf.skey").unlink()
        node.hang_up()
        node.wait_for_line("forging off by SIGHUP 3")


def test_a_directory_in_a_files_place_counts_as_missing(home: Path) -> None:
    with StandinProcess.start(home) as node:
        node.wait_until_up().hang_up()
        node.wait_for_line("forging on by SIGHUP 1")
        (home / "keys" / "node.cert").unlink()
        (home / "keys" / "node.cert").mkdir()
        node.hang_up()
        node.wait_for_line("forging off by SIGHUP 2")


def test_a_damaged_genesis_file_changes_nothing(home: Path) -> None:
    with StandinProcess.start(home) as node:
        node.wait_until_up().hang_up()
        node.wait_for_line("forging on by SIGHUP 1")
        genesis = home / "config" / "genesis" / "conway-genesis.json"
        genesis.write_text(genesis.read_text() + " ")
        (home / "keys" / "vrf.skey").unlink()
        node.hang_up()
        node.wait_for_line("error: forging unchanged by SIGHUP 2: Conway genesis")
        assert node.forging_metric() == 1


def test_the_metric_precedes_the_effect(home: Path) -> None:
    with StandinProcess.start(home, STANDIN_FORGING_LAG_SECONDS="1") as node:
        node.wait_until_up().hang_up()
        node.wait_for(lambda: node.forging_metric() == 1, "metric 1")
        assert "forging on" not in node.output
        node.wait_for_line("forging on")


def test_two_sighups_close_together_are_read_separately(home: Path) -> None:
    """The second does not wait for the first to have taken effect: either may be the last."""
    with StandinProcess.start(home, STANDIN_FORGING_LAG_SECONDS="1") as node:
        node.wait_until_up().hang_up()
        node.wait_for(lambda: node.forging_metric() == 1, "metric 1")
        (home / "keys" / "kes.skey").unlink()
        node.hang_up()
        node.wait_for(lambda: node.forging_metric() == 0, "metric 0")
        assert "forging on" not in node.output
        node.wait_for_line("forging on by SIGHUP 1")
        node.wait_for_line("forging (off|stays off) by SIGHUP 2")


def test_ticks_every_tenth_of_a_second_while_it_forges_and_never_else(home: Path) -> None:
    with StandinProcess.start(home, STANDIN_FORGING_LAG_SECONDS="0.3") as node:
        node.wait_until_up().hang_up()
        node.wait_for(lambda: len(ticks(node.output)) >= 10, "ten ticks")
        (home / "keys" / "kes.skey").unlink()
        node.hang_up()
        node.wait_for_line("forging off")
        node.hang_up()
        node.wait_for_line("forging stays off")  # three ticks' time later
    before, forging = re.split("forging on", node.output)
    forging, after = re.split("forging off", forging)
    gaps = [b - a for a, b in pairwise(ticks(forging))]
    assert sorted(gaps)[len(gaps) // 2] < timedelta(seconds=0.15)
    assert not ticks(before + after)


def test_forges_until_it_has_really_exited(home: Path) -> None:
    witness = home / "witness"
    with StandinProcess.start(
        home,
        START_AS_NON_PRODUCING="false",
        STANDIN_SHUTDOWN_SECONDS="0.5",
        STANDIN_WITNESS_FILE=str(witness),
    ) as node:
        node.wait_until_up()
        node.process.send_signal(signal.SIGTERM)
        assert node.wait_for_exit() == 0
    after_stop = node.output.split("stop: exit in 0.5 s")[1]
    assert len(ticks(after_stop)) >= 3
    assert not node.socket.exists()
    said = witness.read_text()
    assert said.count(" tick\n") == node.output.count(" tick\n")
    assert "forging on at start" in said
    assert said.endswith(" exit\n")


def test_the_witness_file_outlives_processes(home: Path) -> None:
    witness = home / "witness"
    for _ in range(2):
        with StandinProcess.start(
            home, START_AS_NON_PRODUCING="false", STANDIN_WITNESS_FILE=str(witness)
        ) as node:
            node.wait_until_up()
    assert witness.read_text().count("forging on at start") == 2


def test_the_witness_file_says_which_certificate_it_forges_with(home: Path, pool: Pool) -> None:
    witness = home / "witness"
    with StandinProcess.start(home, STANDIN_WITNESS_FILE=str(witness)) as node:
        node.wait_until_up().hang_up()
        node.wait_for_line("forging on by SIGHUP 1, certificate counter 0")
        pool.issue(counter=3).write(home / "keys")
        node.hang_up()
        node.wait_for_line("forging stays on by SIGHUP 2")
    said = re.findall(r"forging .*certificate counter \d+", witness.read_text())
    assert said == [
        "forging on by SIGHUP 1, certificate counter 0",
        "forging stays on by SIGHUP 2, certificate counter 3",
    ]


def test_a_relays_sighup_reads_the_topology_and_does_not_forge(tmp_path: Path) -> None:
    with StandinProcess.start(tmp_path, CARDANO_BLOCK_PRODUCER="false") as node:
        node.wait_until_up()
        (tmp_path / "config" / "topology.json").write_text("{")
        node.hang_up()
        node.wait_for_line("forging stays off(.|\n)*error: topology unchanged")
        assert node.forging_metric() == 0


def test_metrics_tell_kes_periods_from_the_certificate(home: Path, pool: Pool) -> None:
    start = datetime.now(UTC) - timedelta(seconds=129600 * 5 + 100)
    CustomNetwork(system_start=start).write(home / "config")
    pool.issue(kes_period=3).write(home / "keys")
    with StandinProcess.start(home) as node:
        node.wait_until_up().hang_up()
        node.wait_for_line("forging on")
        metrics = node.metrics()
        prefix = "cardano_node_metrics_"
        assert metrics[f"{prefix}currentKESPeriod_int"] == 5
        assert metrics[f"{prefix}operationalCertificateExpiryKESPeriod_int"] == 65
        assert metrics[f"{prefix}remainingKESPeriods_int"] == 60
        assert abs(metrics[f"{prefix}slotNum_int"] - (129600 * 5 + 100)) < 30


def test_an_expired_certificate_is_shown_by_the_slot_in_which_its_key_failed(home: Path) -> None:
    start = datetime.now(UTC) - timedelta(seconds=129600 * 62)
    CustomNetwork(system_start=start).write(home / "config")
    with StandinProcess.start(home, START_AS_NON_PRODUCING="false") as node:
        node.wait_until_up()
        failed = "cardano_node_metrics_Forge_StateUpdateError_int"
        node.wait_for(lambda: failed in node.metrics(), failed)
        shown = node.metrics()
        assert shown[failed] >= 129600 * 62
        assert shown["cardano_node_metrics_remainingKESPeriods_int"] == 0
        assert shown["cardano_node_metrics_nodeCannotForge_int"] == 0
