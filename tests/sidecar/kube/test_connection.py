"""How the API server is reached: by which address, with which token, and once."""

from __future__ import annotations

from pathlib import Path

import pytest

from forge_manager.kube.connection import (
    ClusterSettingsError,
    ServiceAccountFiles,
    TransportError,
    connect,
)
from tests.sidecar.kube.conftest import Serve
from tests.sidecar.kube.fake_api import FakeApi, Link, Received

_WAIT_S = 5.0


def _ok(_received: Received, link: Link) -> None:
    link.answer(200, {})


def test_no_cluster_is_none() -> None:
    assert connect({}) is None
    assert connect({"KUBECONFIG": "", "KUBERNETES_SERVICE_HOST": ""}) is None


@pytest.mark.parametrize("text", [None, "", "not: [a", "[]", "{}", "contexts: 3"])
def test_a_kubeconfig_that_cannot_be_used_is_named(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "config"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ClusterSettingsError, match=str(path)):
        connect({"KUBECONFIG": str(path)})


def test_a_kubeconfig_is_used_with_its_token(serve: Serve) -> None:
    api, connection = serve(_ok)
    reply = connection.send("GET", "/version", connect_s=_WAIT_S, read_s=_WAIT_S)
    assert reply.status == 200
    assert api.requests[0].headers["authorization"] == "Bearer secret-token"
    assert api.requests[0].headers["user-agent"] == "cardano-forge-manager"


def test_one_connection_serves_many_requests(serve: Serve) -> None:
    api, connection = serve(_ok)
    for _ in range(5):
        reply = connection.send("PUT", "/x", body={"a": 1}, connect_s=_WAIT_S, read_s=_WAIT_S)
        assert reply.read_all(until=float("inf"), most_bytes=100) == b"{}"
        reply.close()
    assert (len(api.requests), api.connections) == (5, 1)


def test_ipv6(tmp_path: Path) -> None:
    api = FakeApi(_ok, host="::1")
    try:
        connection = connect({"KUBECONFIG": str(api.kubeconfig(tmp_path))})
        assert connection is not None
        assert connection.send("GET", "/x", connect_s=_WAIT_S, read_s=_WAIT_S).status == 200
        connection.close()
    finally:
        api.close()


@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
@pytest.mark.parametrize("ending", ["reset", "redirect", "refuse", "hang"])
def test_a_request_is_sent_exactly_once(serve: Serve, method: str, ending: str) -> None:
    def handle(_received: Received, link: Link) -> None:
        if ending == "reset":
            link.reset()
        elif ending == "redirect":
            link.raw(b"HTTP/1.1 307 Go\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n")
        elif ending == "refuse":
            link.raw(b"HTTP/1.1 429 Wait\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n")
        else:
            link.hang()

    api, connection = serve(handle)
    body = None if method == "GET" else {"a": 1}
    try:
        reply = connection.send(method, "/x", body=body, connect_s=_WAIT_S, read_s=0.2)
        assert reply.status in (307, 429)
    except TransportError as error:
        assert error.timed_out == (ending == "hang")
    assert [received.path for received in api.requests] == ["/x"]


def test_what_the_client_says_is_not_quoted(serve: Serve) -> None:
    _, connection = serve(lambda _received, link: link.reset())
    with pytest.raises(TransportError) as caught:
        connection.send("GET", "/x", connect_s=_WAIT_S, read_s=_WAIT_S)
    assert str(caught.value).isalpha()


# In a pod

_POD = {"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"}


def _files(directory: Path) -> ServiceAccountFiles:
    files = ServiceAccountFiles(directory / "token", directory / "ca.crt")
    files.token.write_text("first\n")
    files.ca.write_text("not looked at before the first connection")
    return files


def test_a_pod_uses_its_service_account(tmp_path: Path) -> None:
    connection = connect(_POD, _files(tmp_path))
    assert connection is not None
    made = connection._client.param_serialize("GET", "/x", auth_settings=["BearerToken"])
    assert made[1] == "https://[fd00::1]:443/x"
    assert made[2]["authorization"] == "Bearer first"


def test_the_token_is_read_again_for_each_request(tmp_path: Path) -> None:
    files = _files(tmp_path)
    connection = connect(_POD, files)
    assert connection is not None

    def token() -> str:
        made = connection._client.param_serialize("GET", "/x", auth_settings=["BearerToken"])
        return str(made[2]["authorization"])

    files.token.write_text("second")
    assert token() == "Bearer second"
    files.token.unlink()
    assert token() == "Bearer second"
    files.token.write_bytes(b"\xff\xfe")
    assert token() == "Bearer second"
    files.token.write_text("third")
    assert token() == "Bearer third"


@pytest.mark.parametrize("missing", ["token", "ca.crt", "port"])
def test_a_pod_without_all_of_its_service_account_is_told(tmp_path: Path, missing: str) -> None:
    files, variables = _files(tmp_path), dict(_POD)
    if missing == "port":
        del variables["KUBERNETES_SERVICE_PORT"]
    else:
        (tmp_path / missing).unlink()
    with pytest.raises(ClusterSettingsError, match="automountServiceAccountToken"):
        connect(variables, files)


@pytest.mark.parametrize(
    ("method", "kind"), [("PATCH", "application/merge-patch+json"), ("PUT", "application/json")]
)
def test_a_patch_is_a_merge_patch(serve: Serve, method: str, kind: str) -> None:
    api, connection = serve(_ok)
    reply = connection.send(method, "/x", body={"a": None}, connect_s=_WAIT_S, read_s=_WAIT_S)
    reply.close()
    assert api.requests[0].headers["content-type"] == kind
    assert api.requests[0].body == {"a": None}
