"""A pod's volumes with a configuration, and a web server for genesis files."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def blake2b_256(content: bytes) -> str:
    """Return the hash as a configuration writes it."""
    return blake2b(content, digest_size=32).hexdigest()


BYRON = b'{\n  "b": {"y": [1, "x\\"y"], "a": null},\n  "a": true\n}'
#: The canonical form of BYRON, written by hand.
BYRON_CANONICAL = b'{"a":true,"b":{"a":null,"y":[1,"x\\"y"]}}'
GENESIS = {
    "byron": BYRON,
    "shelley": b'{"networkMagic": 42}',
    "alonzo": b'{"lovelacePerUTxOWord": 1}\n',
    "conway": b"{}",
}
HASHES = {era: blake2b_256(content) for era, content in GENESIS.items()} | {
    "byron": blake2b_256(BYRON_CANONICAL)
}


@dataclass
class Pod:
    """The directories of a pod and the environment of `prepare` in it."""

    root: Path
    config: dict[str, Any] = field(default_factory=dict)
    more: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for era in GENESIS:
            self.config[f"{era.capitalize()}GenesisFile"] = f"genesis/{era}-genesis.json"
            self.config[f"{era.capitalize()}GenesisHash"] = HASHES[era]

    @property
    def target(self) -> Path:
        """CONFIG_TARGET_DIR."""
        return self.root / "config"

    @property
    def genesis_source(self) -> Path:
        """GENESIS_SOURCE_DIR, once `give_genesis` has been called."""
        return self.root / "genesis-src"

    def write_config(self) -> None:
        """Render the ConfigMap."""
        source = self.root / "config-src"
        source.mkdir(exist_ok=True)
        (source / "config.json").write_text(json.dumps(self.config))
        (source / "topology.json").write_text('{"localRoots": []}')

    def give_genesis(self, **replaced: bytes) -> None:
        """Mount the genesis files."""
        self.genesis_source.mkdir(exist_ok=True)
        for era, content in (GENESIS | replaced).items():
            (self.genesis_source / f"{era}-genesis.json").write_bytes(content)
        self.more["GENESIS_SOURCE_DIR"] = str(self.genesis_source)

    @property
    def environment(self) -> dict[str, str]:
        """The variables."""
        return {
            "CONFIG_SOURCE_DIR": str(self.root / "config-src"),
            "CONFIG_TARGET_DIR": str(self.target),
            "DATA_DIR": str(self.root / "data"),
            "NODE_SOCKET": str(self.root / "ipc" / "node.socket"),
        } | self.more

    def genesis_in_place(self) -> dict[str, bytes]:
        """What the node would read."""
        return {
            path.name.partition("-")[0]: path.read_bytes()
            for path in (self.target / "genesis").glob("*.json")
        }


@pytest.fixture
def pod(tmp_path: Path) -> Pod:
    found = Pod(tmp_path)
    found.write_config()
    return found


@dataclass
class Web:
    """A web server; `handle` answers each request, `paths` were asked for."""

    url: str
    paths: list[str] = field(default_factory=list)
    handle: Callable[[BaseHTTPRequestHandler], None] = lambda request: request.send_error(404)


@pytest.fixture
def web() -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.paths.append(self.path)
            served.handle(self)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Web(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


def send(request: BaseHTTPRequestHandler, content: bytes, status: int = 200) -> None:
    """Answer a request."""
    request.send_response(status)
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content)
