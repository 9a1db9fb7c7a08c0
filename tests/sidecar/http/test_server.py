"""The server, over real connections."""

from __future__ import annotations

import errno
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from forge_manager.base.reasons import Reason
from forge_manager.base.thread_health import STALLED_AFTER, stalled
from forge_manager.credentials.verdict import Check
from forge_manager.gate.state import GatePhase, GateState
from forge_manager.http import connection as connection_module
from forge_manager.http import listener
from forge_manager.http.connection import MAX_HEAD_BYTES
from forge_manager.http.listener import PortUnavailableError, listen
from tests.sidecar.http.client import connect, get, receive_all, receive_answer, request
from tests.sidecar.http.conftest import MISSING, READY
from tests.sidecar.waiting import until

if TYPE_CHECKING:
    from tests.sidecar.http.conftest import Served


def test_startup_status_has_the_earlier_fields_and_ours(served: Served) -> None:
    check = Check("kes_file", ok=False, detail="why", blocking=True, reason=Reason.SOURCE_MISSING)
    served.gate.publish(
        GateState(GatePhase.NOT_READY, Reason.SOURCE_MISSING, "missing", checks=(check,))
    )
    answer = get(served.port, "/startup-status")
    content = answer.json()
    written = datetime.fromisoformat(content.pop("timestamp"))
    assert written.utcoffset() == timedelta(0)
    assert answer.status == 503
    assert content == {
        "status": "not_ready",
        "message": "missing",
        "credentials_provisioned": False,
        "reason": "SourceMissing",
        "checks": [
            {
                "name": "kes_file",
                "ok": False,
                "detail": "why",
                "blocking": True,
                "reason": "SourceMissing",
            }
        ],
    }


@pytest.mark.parametrize(
    ("phase", "status"),
    [(GatePhase.READY, 200), (GatePhase.NOT_READY, 503), (GatePhase.ERROR, 503)],
)
def test_only_ready_is_200(served: Served, phase: GatePhase, status: int) -> None:
    served.gate.publish(GateState(phase, Reason.STARTING, ""))
    answer = get(served.port, "/startup-status")
    assert (answer.status, answer.json()["status"]) == (status, phase.value)


def test_health_is_plain_ok_until_the_loop_stalls(served: Served) -> None:
    answer = get(served.port, "/health")
    assert (answer.status, answer.body) == (200, b"OK")
    served.health = (*stalled("forging", STALLED_AFTER + 1), *stalled("scrape", 99))
    answer = get(served.port, "/health")
    assert (answer.status, answer.json()["reason"]) == (503, "ControlLoopStalled")
    assert answer.json()["threads"] == ["forging", "scrape"]
    assert "forging made no progress for 31 s" in answer.json()["message"]


def test_node_ready_follows_the_socket(served: Served) -> None:
    assert get(served.port, "/node-ready").json()["reason"] == "NodeSocketMissing"
    served.node_socket = Reason.NODE_SOCKET_ACCEPTS
    assert get(served.port, "/node-ready").status == 200


def test_a_defect_in_the_metrics_is_an_answer_not_a_hang(served: Served) -> None:
    assert get(served.port, "/metrics").body == b"metric 1\n"
    served.metrics_fail = True
    assert get(served.port, "/metrics").status == 500
    assert get(served.port, "/health").status == 200


@pytest.mark.parametrize("target", ["/health", "/metrics", "/startup-status", "/none"])
def test_head_is_get_without_the_body(served: Served, target: str) -> None:
    head, full = get(served.port, target, method="HEAD"), get(served.port, target)
    assert head.body == b""
    assert head.status == full.status
    if target != "/startup-status":  # whose timestamp may gain or lose a digit
        assert head.headers == full.headers


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_it_listens_on_both_protocols(served: Served, host: str) -> None:
    assert get(served.port, "/health", host=host).status == 200


def test_a_connection_serves_many_requests_also_pipelined(served: Served) -> None:
    with connect(served.port) as client:
        for _ in range(3):
            client.sendall(request("/health"))
            assert receive_answer(client).status == 200
        client.sendall(request("/health") + request("/nothing") + request("/health", close=True))
        assert receive_all(client).count(b"HTTP/1.1 ") == 3


def test_a_client_that_has_finished_sending_gets_its_answer(served: Served) -> None:
    with connect(served.port) as client:
        client.sendall(request("/health"))
        client.shutdown(socket.SHUT_WR)
        assert b"200 OK" in receive_all(client)


@pytest.mark.parametrize(
    "header", ["content-length: 5", "transfer-encoding: chunked", "content-length: 99999999999"]
)
def test_a_body_is_refused_unread(served: Served, header: str) -> None:
    with connect(served.port) as client:
        client.sendall(f"GET /health HTTP/1.1\r\nhost: x\r\n{header}\r\n\r\n".encode())
        assert receive_all(client).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "sent",
    [
        b"\r\n\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /health HTTP/1.1\r\n\r\n",  # no host
        b"GET /\x00 HTTP/1.1\r\nhost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20 + b"\r\n\r\n",  # TLS
        b"GET /health HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
    ],
)
def test_malformed_requests_get_400_and_are_closed(served: Served, sent: bytes) -> None:
    with connect(served.port) as client:
        client.sendall(sent)
        answer = receive_all(client)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")
    assert get(served.port, "/health").status == 200


def test_an_endless_head_is_cut_off(served: Served) -> None:
    with connect(served.port) as client:
        client.sendall(b"GET /health HTTP/1.1\r\nx: " + b"y" * (MAX_HEAD_BYTES + 100))
        assert receive_all(client).startswith(b"HTTP/1.1 431 ")


def test_a_slow_head_is_dropped(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "_HEAD_SECONDS", 0.2)
    with connect(served.port) as client:
        client.sendall(b"GET /health HTT")
        assert _received_until_reset(client) == b""


def test_an_idle_connection_is_dropped(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "_IDLE_SECONDS", 0.2)
    with connect(served.port) as client:
        assert _received_until_reset(client) == b""


def test_a_client_that_does_not_read_is_dropped(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "_WRITE_SECONDS", 0.2)
    served.metrics_text = b"x" * 32_000_000  # more than the kernel's buffers take
    with connect(served.port) as client:
        client.sendall(request("/metrics") + request("/health"))
        until(lambda: len(served.server.connections) == 1)
        until(lambda: len(served.server.connections) == 0)
        assert len(_received_until_reset(client)) < len(served.metrics_text)


def test_a_client_that_only_sends_fills_no_memory(served: Served) -> None:
    """Requests that nobody has time for stay in the kernel; what is read is answered first."""
    # What is read comes after the part of a head that was left.
    most = MAX_HEAD_BYTES + len(served.server.receive_buffer)
    sent = request("/health") * 2_000
    with connect(served.port) as client:
        until(lambda: served.server.connections._idle)
        (held,) = served.server.connections._idle
        assert isinstance(held, connection_module.HttpConnection)
        sender = threading.Thread(target=client.sendall, args=(sent,))
        sender.start()
        received = bytearray()
        while received.count(b"HTTP/1.1 200") < 2_000:
            received += client.recv(65_536)
            assert held._http is not None
            assert len(held._http.trailing_data[0]) <= most
        sender.join()


def test_a_waiting_probe_is_answered_when_the_gate_opens(served: Served) -> None:
    served.gate.publish(MISSING)
    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(get, served.port, "/startup-status?wait=9") for _ in range(3)]
        until(lambda: len(served.server._waiting) == 3)
        opened = time.monotonic()
        served.gate.publish(READY)
        assert [answer.result().status for answer in waiting] == [200] * 3
        assert time.monotonic() - opened < 5


def test_a_waiting_probe_is_not_answered_by_another_failure(served: Served) -> None:
    with ThreadPoolExecutor(1) as pool:
        started = time.monotonic()
        waiting = pool.submit(get, served.port, "/startup-status?wait=0.5")
        until(lambda: len(served.server._waiting) == 1)
        served.gate.publish(MISSING)
        answer = waiting.result()
    assert time.monotonic() - started >= 0.5
    assert (answer.status, answer.json()["reason"]) == (503, "SourceMissing")


def test_a_waiting_probe_that_goes_away_is_forgotten(served: Served) -> None:
    with connect(served.port) as client:
        client.sendall(request("/startup-status?wait=60"))
        until(lambda: len(served.server._waiting) == 1)
    until(lambda: len(served.server._waiting) == 0, seconds=2)
    served.gate.publish(READY)
    assert get(served.port, "/startup-status").status == 200


def test_when_full_the_oldest_idle_connection_goes_and_the_newest_is_served(
    served: Served,
) -> None:
    served.server.connections._limit = 3
    oldest, second, third = (connect(served.port) for _ in range(3))
    try:
        until(lambda: len(served.server.connections) == 3)
        second.sendall(b"GET /health HT")  # sending slowly does not make it younger
        assert get(served.port, "/health").status == 200
        assert _received_until_reset(oldest) == b""
        third.sendall(request("/health"))
        assert receive_answer(third).status == 200
    finally:
        for client in (oldest, second, third):
            client.close()


def test_waiting_probes_count_but_idle_ones_go_first(served: Served) -> None:
    served.server.connections._limit = 2
    with connect(served.port) as waiting, connect(served.port) as idle:
        waiting.sendall(request("/startup-status?wait=9"))
        until(lambda: len(served.server._waiting) == 1)
        until(lambda: len(served.server.connections) == 2)
        assert get(served.port, "/health").status == 200
        assert _received_until_reset(idle) == b""
        served.gate.publish(READY)
        assert receive_answer(waiting).status == 200


def test_stopping_closes_everything_at_once(served: Served) -> None:
    with connect(served.port) as client:
        client.sendall(request("/startup-status?wait=9"))
        until(lambda: len(served.server._waiting) == 1)
        started = time.monotonic()
        served.server.stop()
        assert time.monotonic() - started < 5
        assert _received_until_reset(client) == b""
    until(lambda: not served.server._thread.is_alive(), "the thread's end")


@pytest.mark.parametrize("error", [errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL])
def test_without_ipv6_it_listens_on_ipv4_alone(monkeypatch: pytest.MonkeyPatch, error: int) -> None:
    def refuse(_port: int) -> socket.socket:
        raise OSError(error, "no IPv6 here")

    monkeypatch.setattr(listener, "_listen_dual_stack", refuse)
    with listen(0) as server:
        assert server.family == socket.AF_INET


def test_a_port_in_use_is_said_with_its_remedy(served: Served) -> None:
    with pytest.raises(PortUnavailableError, match=rf"port {served.port} .* METRICS_PORT"):
        listen(served.port)


def _received_until_reset(client: socket.socket) -> bytes:
    try:
        return receive_all(client)
    except ConnectionResetError:
        return b""
