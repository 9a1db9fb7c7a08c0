"""Which requests to an API server go by a proxy: a pod's own never, another's as with kubectl."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from forge_manager.kube.connection import (
    ApiConnection,
    ServiceAccountFiles,
    TransportError,
    connect,
)
from tests.sidecar.kube.fake_api import FakeApi
from tests.sidecar.multicluster.endpoint import Endpoint, says
from tests.support import certificate

_WAIT_S = 5.0
_DEAD = "http://127.0.0.1:1"
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture
def proxy() -> Iterator[FakeApi]:
    server = FakeApi(lambda _received, link: link.answer(200, {}))
    yield server
    server.close()


def status(connection: ApiConnection | None) -> int:
    assert connection is not None
    try:
        return connection.send("GET", "/version", connect_s=_WAIT_S, read_s=_WAIT_S).status
    finally:
        connection.close()


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_a_pods_own_api_server_is_reached_by_no_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    made = certificate.generate(tmp_path)
    server = Endpoint(says(_ANSWER), made)
    host, port = server.host.split(":")
    files = ServiceAccountFiles(tmp_path / "token", made.certificate)
    files.token.write_text("secret")
    # One that has died, and authorities that do not know this server: neither is asked.
    monkeypatch.setenv(name, _DEAD)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    variables = {"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port}
    try:
        assert status(connect(variables, files)) == 200
    finally:
        server.close()
    assert server.heads[0].startswith("GET /version HTTP/1.1\r\n")


def kubeconfig(directory: Path, server: str, **cluster: str) -> dict[str, str]:
    """A kubeconfig for this server, as the variables that name it."""
    path = directory / "hub"
    path.write_text(
        json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "hub",
                "contexts": [{"name": "hub", "context": {"cluster": "hub", "user": "me"}}],
                "clusters": [{"name": "hub", "cluster": {"server": server, **cluster}}],
                "users": [{"name": "me", "user": {"token": "t"}}],
            }
        )
    )
    return {"KUBECONFIG": str(path)}


def test_a_kubeconfigs_own_proxy_is_used_whatever_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: FakeApi
) -> None:
    monkeypatch.setenv("http_proxy", _DEAD)
    monkeypatch.setenv("no_proxy", "hub.example")
    variables = kubeconfig(tmp_path, "http://hub.example", **{"proxy-url": proxy.url})
    assert status(connect(variables)) == 200
    assert [received.headers["host"] for received in proxy.requests] == ["hub.example"]


def test_a_kubeconfig_that_names_none_takes_that_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: FakeApi
) -> None:
    monkeypatch.setenv("http_proxy", proxy.url)
    assert status(connect(kubeconfig(tmp_path, "http://hub.example"))) == 200
    assert [received.headers["host"] for received in proxy.requests] == ["hub.example"]


@pytest.mark.parametrize("direct", ["127.0.0.1", "127.0.0.0/8", "*"])
def test_what_the_environment_excepts_is_reached_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: FakeApi, direct: str
) -> None:
    monkeypatch.setenv("http_proxy", _DEAD)
    variables = kubeconfig(tmp_path, proxy.url)
    with pytest.raises(TransportError):
        status(connect(variables))
    monkeypatch.setenv("no_proxy", direct)
    assert status(connect(variables)) == 200
