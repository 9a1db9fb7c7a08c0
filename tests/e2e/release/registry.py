"""A registry on this machine (CNCF's distribution) that the cluster's nodes reach as well."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import urllib.request
from typing import TYPE_CHECKING

import yaml

from devkit import docker, steps
from devkit.kindconfig import REGISTRIES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_START_DEADLINE_S = 30.0
_END_DEADLINE_S = 10.0
_HERE = "127.0.0.1"


@contextlib.contextmanager
def registry(program: Path, folder: Path, nodes: tuple[str, ...]) -> Iterator[str]:
    """Run one until the block ends; give its address, the same on this machine and in the nodes.

    A node's own localhost is another machine's: its containerd is told to ask this one.
    """
    gateway = _gateway(nodes[0])
    port = free_port(_HERE, gateway)
    with contextlib.ExitStack() as stack:
        # One for each address, over the same files: no other address of the machine is served.
        for host in (_HERE, gateway):
            stack.enter_context(server(program, folder, host, port))
        address = f"localhost:{port}"
        for node in nodes:
            where = f"{REGISTRIES}/{address}"
            docker.execute(node, "mkdir", "-p", where)
            stack.callback(docker.execute, node, "rm", "-r", where)
            text = f'[host."http://{gateway}:{port}"]\n'
            docker.execute(node, "cp", "/dev/stdin", f"{where}/hosts.toml", text=text)
        yield address


@contextlib.contextmanager
def server(program: Path, folder: Path, host: str, port: int) -> Iterator[None]:
    """Run one at one address, its content in `folder`, until the block ends."""
    config = folder / f"{host}.yaml"
    settings = {
        "version": 0.1,
        "storage": {"filesystem": {"rootdirectory": str(folder / "content")}},
        "http": {"addr": f"{host}:{port}"},
        "log": {"level": "warn", "accesslog": {"disabled": True}},
    }
    config.write_text(yaml.safe_dump(settings))
    with (folder / f"{host}.log").open("wb") as log:
        process = subprocess.Popen([program, "serve", config], stdout=log, stderr=log)
    try:
        steps.wait_for(
            f"the registry at {host}:{port}",
            lambda: _answers(host, port),
            deadline_s=_START_DEADLINE_S,
            diagnose=(folder / f"{host}.log").read_text,
        )
        yield
    finally:
        process.terminate()
        process.wait(_END_DEADLINE_S)


def _answers(host: str, port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/v2/", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _gateway(node: str) -> str:
    """Return this machine's address in the network of the nodes."""
    route = docker.execute(node, "ip", "route", "show", "default").split()
    return route[route.index("via") + 1]


def free_port(*hosts: str) -> int:
    """Return a port that is free at each of these addresses."""
    while True:
        with contextlib.ExitStack() as stack:
            first = stack.enter_context(socket.socket())
            first.bind((hosts[0], 0))
            port: int = first.getsockname()[1]
            try:
                for host in hosts[1:]:
                    stack.enter_context(socket.socket()).bind((host, port))
            except OSError:
                continue
            return port
