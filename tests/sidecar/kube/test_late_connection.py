"""A hub whose kubeconfig comes late, changes, and may be anything."""

import json
import tempfile
from base64 import b64encode
from pathlib import Path

import pytest

from forge_manager.kube.connection import TransportError
from forge_manager.kube.late_connection import LateConnection
from tests.sidecar.kube.fake_api import FakeApi, Link, Received

_WAIT_S = 5.0


def _ok(_received: Received, link: Link) -> None:
    link.answer(200, {})


def status(connection: LateConnection) -> int:
    reply = connection.send("GET", "/version", connect_s=_WAIT_S, read_s=_WAIT_S)
    try:
        return reply.status
    finally:
        reply.close()


def test_the_file_may_come_later_and_lead_elsewhere_after_that(tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    connection = LateConnection(str(path))
    with pytest.raises(TransportError, match="does not exist or cannot be read"):
        status(connection)
    servers = [FakeApi(_ok), FakeApi(_ok)]
    try:
        for number, server in enumerate(servers):
            folder = tmp_path / str(number)
            folder.mkdir()
            server.kubeconfig(folder).replace(path)
            assert [status(connection), status(connection)] == [200, 200]
        assert [len(server.requests) for server in servers] == [2, 2]
    finally:
        for server in servers:
            server.close()


def test_a_file_that_cannot_be_used_is_named_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    path.write_text("not: [a")
    connection = LateConnection(str(path))
    for _ in range(2):
        with pytest.raises(TransportError, match=str(path)):
            status(connection)


def test_certificates_in_the_file_need_no_other_place_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container whose file system is read-only."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    server = FakeApi(_ok)
    try:
        path = server.kubeconfig(tmp_path)
        content = json.loads(path.read_text())
        cluster = content["clusters"][0]["cluster"]
        cluster["server"] = cluster["server"].replace("http:", "https:")
        cluster["certificate-authority-data"] = b64encode(b"an authority").decode()
        path.write_text(json.dumps(content))
        with pytest.raises(TransportError) as failed:  # no such authority, but it was found
            status(LateConnection(str(path)))
        assert "cannot be used" not in str(failed.value)
        assert [file.name for file in tmp_path.iterdir()] == ["kubeconfig"]
    finally:
        server.close()
