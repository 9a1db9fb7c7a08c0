"""`forge-manager reload-topology` against a manager with a real node."""

from __future__ import annotations

import http.server
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from forge_manager.base.exit_codes import ExitCode
from forge_manager.commands import reload_topology as command
from forge_manager.commands.reload_topology import reload_topology
from forge_manager.forging.phases import Phase
from forge_manager.http import answers
from tests.sidecar.control.manager import USUAL, Manager, forges, running
from tests.sidecar.control.memory_lease import MemoryLease
from tests.sidecar.waiting import until
from tests.support.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.sidecar.guard.pod import Pod
    from tests.support.standin import StandinProcess

pytestmark = pytest.mark.waits

CHANGED = '{"localRoots": [], "changed": true}'


@contextmanager
def served(manager: Manager) -> Iterator[int]:
    """The manager's page, without the rest of its server."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = answers.handed_over(manager.status.state)
            self.send_response(answer.status)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            return

    server = http.server.HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def config(tmp_path: Path, node: StandinProcess) -> dict[str, str]:
    """The command's variables; the ConfigMap holds another topology than the node has."""
    source = tmp_path / "config-src"
    source.mkdir()
    (source / "topology.json").write_text(CHANGED)
    return {
        "CONFIG_SOURCE_DIR": str(source),
        "CONFIG_TARGET_DIR": str(node.directory / "config"),
        "STATE_DIR": str(tmp_path / "state"),
    }


def topology(node: StandinProcess) -> str:
    return (node.directory / "config" / "topology.json").read_text()


def test_a_standby_reads_it_and_does_not_forge(
    pod: Pod, node: StandinProcess, config: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    lease = MemoryLease()
    lease.edit(holder="b-0_uid", duration_s=3600)
    with running(pod, lease, node.metrics_port, USUAL) as manager, served(manager) as port:
        until(lambda: manager.phase is Phase.STANDBY, seconds=20)
        assert reload_topology(config | {"METRICS_PORT": str(port)}) == ExitCode.OK
        assert topology(node) == CHANGED
        node.wait_for_line("forging stays off by SIGHUP 1")
        assert counted(manager.telemetry.control.sighups) == {("reload_topology",): 1}
    assert "has read its topology again" in capsys.readouterr().err
    assert not (pod.state_directory / "reload-topology.request").exists()


def test_a_leader_is_refused_and_keeps_its_topology(
    pod: Pod, node: StandinProcess, config: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = topology(node)
    with running(pod, MemoryLease(), node.metrics_port, USUAL) as manager, served(manager) as port:
        until(lambda: forges(manager), seconds=20)
        assert reload_topology(config | {"METRICS_PORT": str(port)}) == ExitCode.FAILED
        assert counted(manager.telemetry.control.sighups) == {("enable_forging",): 1}
    assert topology(node) == before
    assert "cardano.io/hand-over-to" in capsys.readouterr().err


def test_a_topology_that_is_not_json_is_refused(
    pod: Pod, config: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_phase", lambda _: Phase.STANDBY.value)
    (pod.root / "config-src" / "topology.json").write_text("{")
    assert reload_topology(config) == ExitCode.FAILED
    assert not (pod.state_directory / "reload-topology.request").exists()


def test_a_request_that_nobody_fulfils_is_withdrawn(
    pod: Pod,
    config: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(command, "_phase", lambda _: Phase.STANDBY.value)
    monkeypatch.setattr(command, "_RELOAD_SECONDS", 0.2)
    assert reload_topology(config) == ExitCode.FAILED
    assert "was not signalled" in capsys.readouterr().err
    assert not (pod.state_directory / "reload-topology.request").exists()


def test_a_manager_that_does_not_answer_is_named(
    config: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert reload_topology(config | {"METRICS_PORT": "9"}) == ExitCode.FAILED
    assert "port 9" in capsys.readouterr().err


def test_wrong_variables_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert reload_topology({"STATE_DIR": "relative"}) == ExitCode.USAGE
    assert "STATE_DIR" in capsys.readouterr().err
