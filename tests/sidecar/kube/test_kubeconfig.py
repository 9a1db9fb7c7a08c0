"""What a kubeconfig proves a client by: as kubectl takes it, never anonymously, nothing on disk."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from forge_manager.kube import exec_plugin
from forge_manager.kube.connection import ClusterSettingsError, TransportError, connect
from forge_manager.kube.late_connection import LateConnection
from forge_manager.node.process import identify
from tests.sidecar.kube.fake_api import FakeApi, Link, Received
from tests.sidecar.waiting import until

_WAIT_S = 5.0
_VERSION = "client.authentication.k8s.io/v1"
_CERTIFICATE, _KEY = b"a certificate", b"a key"


class Server(FakeApi):
    """An API server that may refuse everybody."""

    refuses = False


@pytest.fixture
def api() -> Iterator[Server]:
    def answer(_received: Received, link: Link) -> None:
        link.answer(401 if server.refuses else 200, {})

    server = Server(answer)
    yield server
    server.close()


TOKEN = {"token": "t"}


def opened_in_memory() -> int:
    found = 0
    for path in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # other threads open and close others meanwhile
            found += "memfd" in str(path.readlink())
    return found


def kubeconfig(api: FakeApi, directory: Path, **user: Any) -> Path:
    path = api.kubeconfig(directory)
    content = json.loads(path.read_text())
    content["users"][0]["user"] = user
    path.write_text(json.dumps(content))
    return path


def plugin(directory: Path, text: str) -> dict[str, Any]:
    """Return an `exec` whose program is this script, beside the kubeconfig."""
    path = directory / "plugin"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return {"command": "./plugin", "apiVersion": _VERSION}


def credential(status: dict[str, str]) -> str:
    document = {"apiVersion": _VERSION, "kind": "ExecCredential", "status": status}
    return f"echo '{json.dumps(document)}'"


def ask(connection: LateConnection) -> int:
    reply = connection.send("GET", "/version", connect_s=_WAIT_S, read_s=_WAIT_S)
    reply.close()
    return reply.status


def tokens(api: FakeApi) -> list[str]:
    return [one.headers.get("authorization", "nobody") for one in api.requests]


def test_a_token_file_is_read_for_each_request_without_its_newline(
    api: Server, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    connection = LateConnection(str(kubeconfig(api, tmp_path, tokenFile="token")))
    for text in ("first\n", "second\n", "", "third"):
        file.write_text(text)
        ask(connection)
    file.unlink()
    ask(connection)
    first, second, third = "Bearer first", "Bearer second", "Bearer third"
    assert tokens(api) == [first, second, second, third, third]


def test_a_token_file_comes_before_a_token(api: Server, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("of the file")
    ask(LateConnection(str(kubeconfig(api, tmp_path, **TOKEN, tokenFile="token"))))
    assert tokens(api) == ["Bearer of the file"]


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ({"tokenFile": "none"}, "the tokenFile .*/none of the user 'me' cannot be read: No such"),
        ({"tokenFile": "empty"}, "the tokenFile .*/empty of the user 'me' is empty"),
        (
            {"exec": {"command": "aws-iam", "apiVersion": _VERSION}},
            "'me' has no credentials: its exec plugin aws-iam is not in this image; use a token",
        ),
        ({"exec": {"command": "/etc", "apiVersion": _VERSION}}, "cannot be run: Permission denied"),
        ({"exec": {"command": "false", "apiVersion": _VERSION}}, "false exited with code 1"),
        ({"exec": {"command": "true", "apiVersion": _VERSION}}, "not print an ExecCredential"),
        ({"exec": {"command": "true"}}, "exec needs a command and an apiVersion"),
        ({"auth-provider": {"name": "azure"}}, "'me' has auth-provider, which gave no credentials"),
        ({"username": "admin"}, "'me' has username, which gave no credentials"),
    ],
)
def test_what_gives_no_credentials_is_said_and_nobody_asks_anonymously(
    api: Server, tmp_path: Path, user: dict[str, Any], said: str
) -> None:
    (tmp_path / "empty").write_text("\n")
    path = kubeconfig(api, tmp_path, **user)
    with pytest.raises(ClusterSettingsError, match=f"KUBECONFIG={path} cannot be used: .*{said}"):
        connect({"KUBECONFIG": str(path)})
    with pytest.raises(TransportError, match=said):
        ask(LateConnection(str(path)))
    assert api.requests == []


def test_a_user_that_is_not_there_is_named(api: Server, tmp_path: Path) -> None:
    path = kubeconfig(api, tmp_path, **TOKEN)
    path.write_text(path.read_text().replace('"name": "me"', '"name": "you"'))
    with pytest.raises(
        ClusterSettingsError, match="its context names the user 'me', which it does not define"
    ):
        connect({"KUBECONFIG": str(path)})


def test_a_user_that_says_nothing_of_itself_is_anonymous_on_purpose(
    api: Server, tmp_path: Path
) -> None:
    assert ask(LateConnection(str(kubeconfig(api, tmp_path)))) == 200
    assert tokens(api) == ["nobody"]


def test_a_plugin_is_told_what_it_asks_for_and_its_token_is_used(
    api: Server, tmp_path: Path
) -> None:
    config = plugin(tmp_path, f'echo "$KUBERNETES_EXEC_INFO $WHO $1" > told; {credential(TOKEN)}')
    config |= {"args": ["a"], "env": [{"name": "WHO", "value": "w"}], "provideClusterInfo": True}
    ask(LateConnection(str(kubeconfig(api, tmp_path, exec=config))))
    assert tokens(api) == ["Bearer t"]
    info, who, argument = (tmp_path / "told").read_text().rsplit(maxsplit=2)
    assert (who, argument) == ("w", "a")
    assert json.loads(info)["spec"] == {"interactive": False, "cluster": {"server": api.url}}


def test_a_plugin_is_asked_again_shortly_before_its_token_ends(api: Server, tmp_path: Path) -> None:
    now = [1_000_000.0]
    in_120_s = "1970-01-12T13:48:40Z"
    ends = credential({"token": "NUMBER", "expirationTimestamp": in_120_s})
    text = "echo >> asked; " + ends.replace("NUMBER", "'$(wc -l < asked)'")
    path = kubeconfig(api, tmp_path, exec=plugin(tmp_path, text))
    connection = LateConnection(str(path), wall=lambda: now[0])
    for seconds in (0, 60, 35):
        now[0] += seconds
        ask(connection)
    assert tokens(api) == ["Bearer 1", "Bearer 1", "Bearer 2"]


def test_a_plugin_is_asked_again_when_what_it_gave_is_refused_but_not_in_each_request(
    api: Server, tmp_path: Path
) -> None:
    now, runs = [1000.0], tmp_path / "asked"
    text = f"echo >> asked; {credential(TOKEN)}"
    path = kubeconfig(api, tmp_path, exec=plugin(tmp_path, text))
    connection = LateConnection(str(path), wall=lambda: now[0])
    api.refuses = True
    for _ in range(30):
        now[0] += 1
        ask(connection)
    assert 2 <= len(runs.read_text()) <= 4


def test_a_plugin_that_hangs_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    config = plugin(tmp_path, "sleep 1000 & echo $! > child; wait")
    began = time.monotonic()
    with pytest.raises(exec_plugin.PluginError, match=r"\./plugin did not finish within 0.5 s"):
        exec_plugin.run_plugin(config, str(tmp_path), {}, seconds=0.5)
    assert time.monotonic() - began < 10
    child = int((tmp_path / "child").read_text())
    until(lambda: identify(child) is None, "the end of what it started")


def test_a_plugin_that_hangs_stops_nobody_but_who_asks(
    api: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The requests that wait for the same run are told its outcome, not each run their own."""
    monkeypatch.setattr(exec_plugin.run_plugin, "__kwdefaults__", {"seconds": 0.5})
    text = "echo >> asked; sleep 1000"
    connection = LateConnection(str(kubeconfig(api, tmp_path, exec=plugin(tmp_path, text))))
    outcomes: list[str] = []

    def try_once() -> None:
        try:
            ask(connection)
        except TransportError as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=try_once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(outcomes) == 4
    assert all("did not finish within" in outcome for outcome in outcomes)
    assert len((tmp_path / "asked").read_text()) < 4


def test_thirty_rotated_client_certificates_leave_nothing_behind(
    api: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither files nor descriptors: the only place to write is the small state volume."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    path = tmp_path / "kubeconfig"
    connection = LateConnection(str(path))
    opened = []
    for number in range(30):
        user = {
            "client-certificate-data": b64encode(_CERTIFICATE + b"%d" % number).decode(),
            "client-key-data": b64encode(_KEY + b"%d" % number).decode(),
        }
        content = json.loads(kubeconfig(api, tmp_path, **user).read_text())
        cluster = content["clusters"][0]["cluster"]
        cluster["server"] = cluster["server"].replace("http:", "https:")
        cluster["certificate-authority-data"] = b64encode(b"an authority").decode()
        new = tmp_path / "new"
        new.write_text(json.dumps(content))
        new.replace(path)
        with pytest.raises(TransportError, match=r"^[A-Za-z]+$"):  # no such certificates exist
            ask(connection)
        gc.collect()
        opened.append(opened_in_memory())
    assert [file.name for file in tmp_path.iterdir()] == ["kubeconfig"]
    assert set(opened) == {3}


def test_a_process_that_nobody_may_inspect_reads_its_own_memory_files() -> None:
    code = (
        "from forge_manager.base.hardening import forbid_inspection\n"
        "from forge_manager.kube.kubeconfig import MemoryFile\n"
        "forbid_inspection()\n"
        "file = MemoryFile(b'a key')\n"
        "import threading\n"
        "found = []\n"
        "read = lambda: found.append(open(file.path, 'rb').read())\n"
        "thread = threading.Thread(target=read); thread.start(); thread.join()\n"
        "print(found)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "[b'a key']\n", done.stderr
