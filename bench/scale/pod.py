"""A pod as plain processes: the manager and a node, with a network and volumes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.scale import chart
from bench.scale.sandbox import GIVES_WAY, HOST, VOLUME
from tests.support.standin import COMMAND as NODE

if TYPE_CHECKING:
    from collections.abc import Mapping

Object = dict[str, Any]

#: Where the client library looks for a pod's credentials.
ACCOUNT = VOLUME / "secrets" / "kubernetes.io" / "serviceaccount"
_SIDECAR = Path(__file__).parents[2] / "sidecar" / "src"
_DEADLINE_S = 20.0
_NAMESPACES = ("--net", "--mount", "--uts")
#: What keeps its namespaces, as a pause container does. Its arguments: host name, credentials.
_PAUSE = f"""
set -e
hostname "$0"
ip link set lo up
echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6
mount --bind "$1" {ACCOUNT}
echo up
exec sleep infinity
"""

GUARD = "forge-guard"
#: What starts each of the containers that have a process of their own.
COMMANDS = {
    "cardano-forge-manager": (sys.executable, "-P", "-m", "forge_manager"),
    "cardano-node": (sys.executable, str(NODE), "run"),
}


class Pod:
    """One pod. `known`: the object as the API server has it; `number`: of its link."""

    def __init__(
        self, known: Object, directory: Path, number: int, variables: Mapping[str, str]
    ) -> None:
        """Create its namespaces and volumes; nothing runs in it yet.

        `variables`: further ones of every container.
        """
        self.known = known
        self.address = f"10.77.{1 + number // 250}.{1 + number % 250}"
        self._directory = directory
        self._variables = variables
        self._containers: dict[str, subprocess.Popen[bytes]] = {}
        for name in self._volume_names():
            self.volume(name).mkdir(parents=True)
        self._pause = self._start_pause(number)

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.known["metadata"]["name"])

    @property
    def uid(self) -> str:
        """Its uid."""
        return str(self.known["metadata"]["uid"])

    @property
    def identity(self) -> str:
        """Return the holder that its manager writes into a Lease."""
        return f"{self.name}_{self.uid}"

    @property
    def journal(self) -> Path:
        """Where its node says when it forges."""
        return self._directory / "journal"

    def volume(self, name: str) -> Path:
        """Return the directory of one of its volumes."""
        return self._directory / "volumes" / name

    def variables(self, name: str) -> dict[str, str]:
        """Return a container's environment: the chart's, and what all containers have besides."""
        volumes = {each: self.volume(each) for each in self._volume_names()}
        found = chart.environment(chart.container(self.known, name), self.known, volumes)
        return {**found, **self._variables}

    def start(self, name: str) -> None:
        """Start a container."""
        variables = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(_SIDECAR),
            "PYTHONPYCACHEPREFIX": os.environ.get("PYTHONPYCACHEPREFIX", ""),
            "PYTHONUNBUFFERED": "1",
            **self.variables(name),
        }
        enter = [
            *GIVES_WAY,
            "nsenter",
            "--target",
            str(self._pause.pid),
            "--net",
            "--mount",
            "--uts",
        ]
        with (self._directory / f"{name}.log").open("ab") as output:
            self._containers[name] = subprocess.Popen(
                [*enter, *COMMANDS[name]],
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def page(self, port: int, path: str) -> tuple[int, str]:
        """Return status and text of a page, on a connection of its own. Raises OSError."""
        connection = HTTPConnection(self.address, port, timeout=_DEADLINE_S)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def ended(self) -> list[str]:
        """Return the containers that have ended."""
        return [name for name, process in self._containers.items() if process.poll() is not None]

    def log(self, name: str) -> str:
        """Return what a container has printed."""
        return (self._directory / f"{name}.log").read_text()

    def network_counters(self) -> str:
        """Return the counters of its network, as /proc/net/snmp has them."""
        return Path(f"/proc/{self._pause.pid}/net/snmp").read_text()

    def kill(self) -> None:
        """Kill all its processes at once, as when its machine is lost."""
        processes = [self._pause, *self._containers.values()]
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()

    def _volume_names(self) -> list[str]:
        return [str(each["name"]) for each in self.known["spec"]["volumes"]]

    def _start_pause(self, number: int) -> subprocess.Popen[bytes]:
        with (self._directory / "pause.log").open("wb") as output:
            pause = subprocess.Popen(
                ["unshare", *_NAMESPACES, "sh", "-c", _PAUSE, self.name, self.volume("api-token")],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=output,
            )
        if pause.stdout is None or pause.stdout.readline() != b"up\n":
            raise RuntimeError(f"{self.name}: no namespaces:\n{self.log('pause')}")
        pause.stdout.close()
        self._pause = pause
        self._connect(f"pod{number}")
        return pause

    def _connect(self, link: str) -> None:
        """Connect it by a link of its own, as many pod networks do."""
        pid = self._pause.pid
        _ip(
            f"link add name {link} type veth peer name eth0 netns {pid}",
            f"link set {link} up",
            f"route add {self.address}/32 dev {link}",
        )
        _ip(
            "link set eth0 up",
            f"address add {self.address}/32 dev eth0",
            f"route add {HOST}/32 dev eth0",
            inside=("nsenter", "--target", str(pid), "--net"),
        )


def _ip(*commands: str, inside: tuple[str, ...] = ()) -> None:
    text = "\n".join(commands) + "\n"
    subprocess.run([*inside, "ip", "-batch", "-"], input=text, text=True, check=True)
