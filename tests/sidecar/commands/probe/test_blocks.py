"""What a node's page says of blocks is one line, and JSON; what it does not say is left out."""

from __future__ import annotations

import json
import socket
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge_manager.base.exit_codes import ExitCode
from forge_manager.commands.probe.answers import Finding, ManagerReport
from forge_manager.commands.probe.blocks import Blocks, NodeReport, ask_node, read_blocks
from forge_manager.commands.probe.command import Clocks, probe
from forge_manager.credentials.networks import PUBLIC_NETWORKS
from tests.sidecar.commands.probe.test_probe import serving
from tests.support.network import CustomNetwork

OPERATIONS = Path(__file__).parents[4] / "docs" / "operations.md"
PREFIX = "cardano_node_metrics_"
#: As cardano-node 11.0.1 has them by default.
PAGE = f"""\
# TYPE {PREFIX}nodeIsLeader_int gauge
{PREFIX}nodeIsLeader_int 12
{PREFIX}blocksForged_int 11
{PREFIX}Forge_forged_counter 11
{PREFIX}Forge_adopted_counter 10
{PREFIX}forgedSlotLast_int 26633000
{PREFIX}slotsMissed_int 3
{PREFIX}nodeCannotForge_int 0
{PREFIX}slotNum_int 26633911
{PREFIX}blockNum_int 5000000
{PREFIX}slotInEpoch_int 400
{PREFIX}tipBlock{{hash="ab"}} 1
# EOF
"""
READ = Blocks(12, 11, 10, 3, 0, 26_633_911, 5_000_000)
#: When slot 26633911 of mainnet began.
TIP_AT = 1_618_200_202.0
ALL_WELL = ManagerReport("http://pod:8000", {"/health": Finding(True, "OK")}, True, "LeaseHeld")


def mainnet() -> Any:
    return PUBLIC_NETWORKS["mainnet"].clock


def run(*options: str, at: float = TIP_AT + 8, env: dict[str, str] | None = None) -> int:
    arguments = [*options, "http://pod:8000"]
    clocks = Clocks(unix=lambda: at)
    return probe(arguments, env or {}, asked=lambda _: ALL_WELL, clocks=clocks)


def without_suffixes(page: str) -> str:
    return page.replace("_int", "").replace("_counter", "")


def as_the_tracing_before(page: str) -> str:
    page = page.replace("_counter", "_int").replace(f"{PREFIX}blocksForged_", f"{PREFIX}none_")
    return page.replace("Leader_int", "LeaderNum_int").replace("Missed_int", "MissedNum_int")


@pytest.mark.parametrize("page", [PAGE, without_suffixes(PAGE), as_the_tracing_before(PAGE)])
def test_every_form_of_a_page_says_the_same(page: str) -> None:
    assert read_blocks(page) == READ


@pytest.mark.parametrize("page", ["", "up 1\n", PAGE.replace(PREFIX, "other_")])
def test_a_page_of_something_else_says_nothing_of_blocks(page: str) -> None:
    assert read_blocks(page) == Blocks()


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-1", "many"])
def test_a_value_that_is_no_count_is_left_out(value: str) -> None:
    page = PAGE.replace("slotNum_int 26633911", f"slotNum_int {value}")
    assert read_blocks(page) == replace(READ, tip_slot=None)


@given(st.text(max_size=100))
def test_no_page_is_too_strange(page: str) -> None:
    read_blocks(page)


def test_a_page_is_one_line() -> None:
    node = NodeReport("http://n/metrics", "", READ, 8.4)
    assert node.in_words() == (
        "node http://n/metrics: since it started 12 leader slots, 11 forged, 10 adopted, "
        "3 slots missed; tip 8 s old"
    )


def test_the_page_about_it_shows_such_a_line() -> None:
    said = NodeReport("http://127.0.0.1:12798/metrics", "", READ, 8.4).in_words()
    assert f"\n    {said}\n" in OPERATIONS.read_text()


def test_what_is_not_known_is_not_in_the_line() -> None:
    said = NodeReport("http://n", "", Blocks(forged=2, cannot_forge=4)).in_words()
    assert said == "node http://n: since it started 2 forged, 4 times unable to forge"
    assert NodeReport("http://n", "", Blocks()).in_words().endswith("says nothing about blocks")


@pytest.mark.parametrize(
    ("age_s", "said"),
    [
        (0.0, "tip 0 s old"),
        (119.0, "tip 119 s old"),
        (180.0, "tip 3 min old"),
        (7200.0, "tip 2 h old"),
        (-4.0, "tip 4 s ahead of this machine's clock"),
    ],
)
def test_an_age_is_said_in_the_unit_that_one_reads(age_s: float, said: str) -> None:
    assert NodeReport("http://n", "", READ, age_s).in_words().endswith(f"; {said}")


def test_the_node_of_the_container_is_asked_once_and_of_its_network(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with serving({"/metrics": (200, PAGE)}) as url:
        code = run(env={"NODE_METRICS_URL": f"{url}/metrics", "CARDANO_NETWORK": "mainnet"})
    assert code == 0
    *_, node, empty, passed = capsys.readouterr().out.splitlines()
    assert node.startswith(f"node {url}/metrics: since it started 12 leader slots")
    assert node.endswith("; tip 8 s old")
    assert (empty, passed) == ("", "PASSED: 1 managers, 1 forging")


def test_a_node_is_asked_once_however_long_managers_are(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask_once(url: str, *_: object) -> NodeReport:
        asked.append(url)
        return NodeReport(url)

    monkeypatch.setattr("forge_manager.commands.probe.blocks.ask_node", ask_once)
    now = [0.0]

    def pause(seconds: float) -> None:
        now[0] += seconds

    standby = replace(ALL_WELL, forging=False)
    clocks = Clocks(steady=lambda: now[0], pause=pause)
    arguments = ["--one-forger", "--wait=20", "--node=http://n/metrics", "http://pod:8000"]
    assert probe(arguments, {}, asked=lambda _: standby, clocks=clocks) == ExitCode.FAILED
    assert asked == ["http://n/metrics"]


def test_without_a_node_nothing_is_said_of_blocks(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    assert "node" not in capsys.readouterr().out
    assert run("--node=", env={"NODE_METRICS_URL": "http://127.0.0.1:1/metrics"}) == 0
    assert "node" not in capsys.readouterr().out


@pytest.mark.parametrize("variables", [{}, {"CARDANO_NETWORK": "custom"}])
def test_of_an_unknown_network_the_age_is_left_out(
    variables: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with serving({"/metrics": (200, PAGE)}) as url:
        assert run(f"--node={url}/metrics", env=variables) == 0
    assert "tip" not in capsys.readouterr().out


def test_a_custom_network_is_known_by_its_genesis(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network = CustomNetwork()
    network.write(tmp_path)
    (genesis,) = tmp_path.rglob("*shelley*.json")
    start = network.system_start.timestamp()
    page = f"{PREFIX}slotNum_int 0\n"
    env = {"CARDANO_NETWORK": "custom", "SHELLEY_GENESIS_FILE": str(genesis)}
    with serving({"/metrics": (200, page)}) as url:
        assert run(f"--node={url}/metrics", at=start + 30, env=env) == 0
    assert f"node {url}/metrics: tip 30 s old\n" in capsys.readouterr().out


@pytest.mark.parametrize("url", ["ftp://n", "none", "http://n:port/", "http://\udcff/"])
def test_an_address_that_is_none_is_said_and_is_no_problem(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask_node(url, mainnet, 0.0).error == "not an http URL"


def test_a_node_that_does_not_answer_is_said_and_is_no_problem(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with serving({}) as url:
        assert run(f"--node={url}/metrics") == 0
        assert f"node {url}/metrics: the answer has status 404" in capsys.readouterr().out
    assert run(f"--node={url}/metrics") == 0
    assert f"node {url}/metrics: connection failed" in capsys.readouterr().out


def test_a_node_that_breaks_off_is_not_asked_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        def break_off() -> None:
            listener.accept()[0].close()

        thread = threading.Thread(target=break_off)
        thread.start()
        node = ask_node(f"http://127.0.0.1:{listener.getsockname()[1]}/metrics", mainnet, 0.0)
        thread.join()
        listener.settimeout(0.2)
        with pytest.raises(TimeoutError):
            listener.accept()
    assert node.error


def test_json_has_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    with serving({"/metrics": (200, PAGE)}) as url:
        assert run("--json", "--network=mainnet", f"--node={url}/metrics") == 0
    assert json.loads(capsys.readouterr().out) == {
        "ok": True,
        "problems": [],
        "managers": [
            {
                "url": "http://pod:8000",
                "forging": True,
                "why": "LeaseHeld",
                "endpoints": {"/health": {"ok": True, "text": "OK"}},
            }
        ],
        "node": {
            "url": f"{url}/metrics",
            "error": None,
            "leader_slots": 12,
            "forged": 11,
            "adopted": 10,
            "missed_slots": 3,
            "cannot_forge": 0,
            "tip_slot": 26_633_911,
            "tip_block": 5_000_000,
            "tip_age_s": 8.0,
        },
    }


def test_json_of_a_failure_has_its_problems_and_no_node(
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken = replace(ALL_WELL, findings={"/health": Finding(False, "stalled")}, forging=None)
    assert probe(["--json", "http://pod:8000"], {}, asked=lambda _: broken) == ExitCode.FAILED
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["node"]) == (False, None)
    assert said["problems"] == ["http://pod:8000/health: stalled"]
    assert said["managers"][0]["forging"] is None


def test_json_of_a_node_that_does_not_answer_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    with serving({}) as url:
        pass
    assert run("--json", f"--node={url}") == 0
    node = json.loads(capsys.readouterr().out)["node"]
    assert node["error"].startswith("connection failed")
    assert {value for key, value in node.items() if key not in ("url", "error")} == {None}


def test_managers_are_asked_without_the_packages_of_the_sidecar(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "h11", None)
    monkeypatch.delitem(sys.modules, "forge_manager.node.page_client")
    monkeypatch.delitem(sys.modules, "forge_manager.commands.probe.blocks")
    assert run() == 0
    with pytest.raises(ModuleNotFoundError) as raised:
        run("--node=http://127.0.0.1:1")
    assert raised.value.name == "h11"
