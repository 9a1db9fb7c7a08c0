"""The running sidecar, from outside."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time

import pytest

from forge_manager.http.listener import listen
from tests.sidecar.conftest import Volumes
from tests.sidecar.gate.secret_volume import SecretVolume
from tests.sidecar.http.client import connect, get, receive_answer, request
from tests.sidecar.process.sidecar_process import SOURCE, SidecarProcess, command, environment
from tests.sidecar.waiting import until
from tests.support.keys import Pool

POOL = Pool.generate(b"process")
GOOD = POOL.issue()


def test_with_files_present_the_gate_opens(volumes: Volumes) -> None:
    SecretVolume(volumes.source).update(GOOD.by_name())
    with SidecarProcess(volumes) as sidecar:
        sidecar.wait_for_status(200, "CredentialsProvisioned")
        content = sidecar.get("/startup-status").json()
        assert content["credentials_provisioned"] is True
        assert (volumes.target / "kes.skey").read_bytes() == GOOD.kes_skey
        metrics = sidecar.get("/metrics").body.decode()
        assert "cardano_startup_ready 1.0" in metrics
        assert sidecar.end() == 0
        # A line of the log follows the answer that it speaks of.
        assert len(sidecar.events("startup gate")) == 1


def test_a_late_then_wrong_then_right_secret(volumes: Volumes) -> None:
    secret = SecretVolume(volumes.source)
    with SidecarProcess(volumes) as sidecar:
        sidecar.wait_for_status(503, "SourceMissing")
        secret.update(GOOD.with_kes_of(POOL.issue(counter=1)).by_name())
        assert sidecar.wait_for_status(503, "KesKeyMismatch") < 2
        assert not (volumes.target / "kes.skey").exists()
        secret.update(GOOD.by_name())
        assert sidecar.wait_for_status(200, "CredentialsProvisioned") < 2
        sidecar.end()
        said = [(e["status"], e["reason"]) for e in sidecar.events("startup gate")]
        assert said == [
            ("not_ready", "SourceMissing"),
            ("error", "KesKeyMismatch"),
            ("ready", "CredentialsProvisioned"),
        ], "one line per change, none per look"


def test_an_update_of_the_secret_is_noticed_without_being_asked(volumes: Volumes) -> None:
    secret = SecretVolume(volumes.source)
    secret.update(GOOD.by_name())
    newer = POOL.issue(counter=1)
    with SidecarProcess(volumes) as sidecar:
        sidecar.wait_for_status(200, "CredentialsProvisioned")
        secret.update(newer.by_name())
        until(lambda: (volumes.target / "kes.skey").read_bytes() == newer.kes_skey, "the update")
        assert sidecar.status() == (200, "CredentialsProvisioned")


def test_a_held_probe_is_answered_when_the_files_come(volumes: Volumes) -> None:
    with SidecarProcess(volumes) as sidecar:
        sidecar.wait_for_status(503, "SourceMissing")
        with connect(sidecar.port) as client:
            client.sendall(request("/startup-status?wait=8"))
            SecretVolume(volumes.source).update(GOOD.by_name())
            assert receive_answer(client).status == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_and_soon(volumes: Volumes, number: int) -> None:
    with SidecarProcess(volumes) as sidecar, connect(sidecar.port) as client:
        sidecar.wait_for_status(503, "SourceMissing")
        client.sendall(request("/startup-status?wait=60"))
        started = time.monotonic()
        assert sidecar.end(number) == 0
        assert time.monotonic() - started < 10


def test_a_port_in_use_ends_it_with_a_code_of_its_own(volumes: Volumes) -> None:
    with listen(0) as taken:
        port = str(taken.getsockname()[1])
        with SidecarProcess(volumes, METRICS_PORT=port) as sidecar:
            assert sidecar.process.wait(timeout=10) == 3
            (event,) = sidecar.events("cannot listen")
            assert port in event["detail"]


def test_bad_settings_are_all_listed_and_nothing_starts(volumes: Volumes) -> None:
    wrong = {"METRICS_PORT": "http", "LOG_LEVEL": "loud", "TARGET_VRF_KEY": "/elsewhere/vrf.skey"}
    env = environment(volumes, **wrong)
    ended = subprocess.run(
        command(), env=env, capture_output=True, text=True, timeout=20, check=False
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 3
    for name in ("METRICS_PORT='http'", "LOG_LEVEL='loud'", "the three targets"):
        assert name in ended.stderr


def test_it_follows_the_nodes_socket(volumes: Volumes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(volumes.root)
    with SidecarProcess(volumes) as sidecar:
        assert sidecar.get("/node-ready").json()["reason"] == "NodeSocketMissing"
        with socket.socket(socket.AF_UNIX) as node:
            node.bind(volumes.socket.name)
            assert sidecar.get("/node-ready").json()["reason"] == "NodeSocketRefused"
            node.listen(0)
            assert [sidecar.get("/node-ready").status for _ in range(2)] == [200] * 2
            assert sidecar.get("/node-ready").json()["reason"] == "NodeSocketBusy", (
                "the first connection has not been accepted and fills the queue"
            )
        assert sidecar.get("/node-ready").json()["reason"] == "NodeSocketRefused"
        volumes.socket.unlink()
        volumes.socket.write_text("")
        assert sidecar.get("/node-ready").status == 503


def test_nothing_of_a_key_reaches_the_log_or_an_answer(volumes: Volumes) -> None:
    """Through every state that quotes files: wrong, mismatched, good."""
    secret = SecretVolume(volumes.source)
    other = POOL.issue(counter=1)
    sets = [
        {"kes.skey": GOOD.kes_skey[:-40], "vrf.skey": GOOD.vrf_skey[5:], "node.cert": b"{}"},
        GOOD.with_kes_of(other).by_name(),
        GOOD.by_name(),
    ]
    said = ""
    with SidecarProcess(volumes, LOG_LEVEL="DEBUG") as sidecar:
        for files, reason in zip(
            sets, ("EnvelopeNotJson", "KesKeyMismatch", "CredentialsProvisioned"), strict=True
        ):
            secret.update(files)
            sidecar.wait_for_status(200 if "Prov" in reason else 503, reason)
            for page in ("/startup-status", "/metrics", "/health", "/nothing"):
                said += sidecar.get(page).body.decode()
        said += sidecar.log
    for skey in (GOOD.kes_skey, other.kes_skey, GOOD.vrf_skey):
        digits = json.loads(skey)["cborHex"]
        assert not [
            digits[i : i + 16] for i in range(len(digits) - 16) if digits[i : i + 16] in said
        ]


def test_what_answers_first_needs_nothing_heavy() -> None:
    """The libraries of the checks and of the metrics are imported after the port answers."""
    program = (
        "import sys, forge_manager.cli, forge_manager.wiring.run, forge_manager.http.server\n"
        "print(*sys.modules)"
    )
    ended = subprocess.run(
        [*command()[:2], "-c", program],
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    assert not {"nacl", "cbor2", "bech32", "prometheus_client"} & set(ended.stdout.split())


def test_without_dns_or_cluster_it_runs_alone(volumes: Volumes) -> None:
    """An API server that is named but out of reach changes nothing here."""
    SecretVolume(volumes.source).update(GOOD.by_name())
    unreachable = {"KUBERNETES_SERVICE_HOST": "192.0.2.1", "KUBERNETES_SERVICE_PORT": "443"}
    with SidecarProcess(volumes, **unreachable) as sidecar:
        sidecar.wait_for_status(200, "CredentialsProvisioned")
        metrics = sidecar.get("/metrics").body.decode()
        assert "cardano_leader_status{" in metrics
        assert get(sidecar.port, "/health").status == 200
