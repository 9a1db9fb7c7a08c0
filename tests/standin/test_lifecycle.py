"""Its name, its socket, and what signals do before and after the kernel hook."""

from __future__ import annotations

import signal
import socket
import struct
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.standin import StandinProcess, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def long_boot(home: Path) -> Iterator[StandinProcess]:
    with StandinProcess.start(
        home, STANDIN_BOOT_SECONDS="60", START_AS_NON_PRODUCING="false"
    ) as node:
        node.wait_for_line("boot:")
        yield node


def test_the_process_is_named_as_the_node(long_boot: StandinProcess) -> None:
    process = Path("/proc") / str(long_boot.process.pid)
    assert (process / "comm").read_text() == "cardano-node\n"
    assert b"/cardano-node\0run\0" in (process / "cmdline").read_bytes()


def test_sighup_before_the_first_handler_ends_it(home: Path) -> None:
    with StandinProcess.start(home, STANDIN_HANDLER_SECONDS="60") as node:
        node.wait_for(lambda: "start:" in node.output, "start")
        node.hang_up()
        assert node.wait_for_exit() == -signal.SIGHUP


def test_sighup_while_it_boots_sets_the_metric_to_0_and_no_more(home: Path) -> None:
    with StandinProcess.start(
        home, STANDIN_BOOT_SECONDS="1.5", START_AS_NON_PRODUCING="false"
    ) as node:
        node.wait_for_line("boot:")
        assert node.forging_metric() == 1
        node.hang_up()
        node.wait_for(lambda: node.forging_metric() == 0, "metric 0")
        node.wait_for_line("forging on at start(.|\n)*tick")
        assert node.forging_metric() == 0
        node.hang_up()
        node.wait_for_line("forging stays on by SIGHUP 1,")
        assert node.forging_metric() == 1


def test_sighup_while_it_boots_rereads_the_topology_before_the_metric(
    long_boot: StandinProcess,
) -> None:
    topology = long_boot.directory / "config" / "topology.json"
    good = topology.read_text()
    topology.write_text("{")
    long_boot.hang_up()
    long_boot.wait_for_line("error: topology unchanged by SIGHUP")
    assert long_boot.forging_metric() == 1
    topology.write_text(good)
    long_boot.hang_up()
    long_boot.wait_for(lambda: long_boot.forging_metric() == 0, "metric 0")


def test_sigterm_while_it_boots_ends_it_at_once(long_boot: StandinProcess) -> None:
    long_boot.process.send_signal(signal.SIGTERM)
    assert long_boot.wait_for_exit() == 0


def test_while_it_boots_it_neither_forges_nor_listens_but_serves_metrics(
    long_boot: StandinProcess,
) -> None:
    assert not long_boot.socket.exists()
    assert "tick" not in long_boot.output
    shown = long_boot.metrics()
    assert "cardano_node_metrics_node_start_time_int" in shown
    assert "cardano_node_metrics_slotNum_int" not in shown
    assert long_boot.forging_metric() == 1


def test_sighup_works_between_the_hook_and_the_socket(home: Path) -> None:
    with StandinProcess.start(home, STANDIN_BOOT_SECONDS="60", STANDIN_HOOK_SECONDS="60") as node:
        node.wait_for_line("kernel: up")
        assert not node.socket.exists()
        node.hang_up()
        node.wait_for_line("forging on by SIGHUP 1")


def test_a_dead_nodes_socket_file_stays_and_the_next_one_takes_its_place(home: Path) -> None:
    with StandinProcess.start(home) as node:
        node.wait_until_up()
    assert node.socket.exists()
    with pytest.raises(ConnectionRefusedError), socket.socket(socket.AF_UNIX) as client:
        client.connect(str(node.socket))
    with StandinProcess.start(home) as successor, socket.socket(socket.AF_UNIX) as client:
        successor.wait_until_up()
        client.connect(str(node.socket))
        credentials = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        assert struct.unpack("iII", credentials)[0] == successor.process.pid


def test_says_that_it_is_a_stand_in(long_boot: StandinProcess) -> None:
    assert "stand-in for cardano-node, not the node itself" in long_boot.output


def test_a_taken_metrics_port_is_tried_again(home: Path) -> None:
    with socket.socket() as taken:
        port = free_port()  # no other test is given it once it is free again
        taken.bind(("127.0.0.1", port))
        taken.listen()
        node = StandinProcess.start(home, STANDIN_METRICS_PORT=str(port))
        with node:
            node.wait_until_up()
            assert f"error: no metrics: port {port}" in node.output
            taken.close()
            node.wait_for(lambda: listens(port), "metrics")


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
