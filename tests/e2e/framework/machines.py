"""The machines of a kind cluster, which are containers: commands on them, whole ones stopped."""

from __future__ import annotations

import contextlib
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from devkit import docker, steps
from tests.e2e.framework.api_server import ApiServer
from tests.e2e.framework.etcd import Etcd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devkit.environment import Cluster
    from devkit.kubectl import Kubectl

_KUBELET_CONFIG = "/var/lib/kubelet/config.yaml"
_KUBELET_DEADLINE_S = 60.0
_SERVED_DEADLINE_S = 120.0
_READY = 'curl --silent --insecure --max-time 2 "https://$1/readyz" || true'
_SCRIPT_DEADLINE_S = 30.0
_RESTORE_KUBELET = f"""
if [ -e {_KUBELET_CONFIG}.e2e ]; then
  mv {_KUBELET_CONFIG}.e2e {_KUBELET_CONFIG} && systemctl restart kubelet
fi
systemctl start kubelet
"""
# What the kubelet does where nothing is configured: 10 s, doubled each time, 300 s at most.
_DEFAULT_BACK_OFF = f"""
cp {_KUBELET_CONFIG} {_KUBELET_CONFIG}.e2e
sed -i 's/maxContainerRestartPeriod: .*/maxContainerRestartPeriod: 300s/' {_KUBELET_CONFIG}
grep -q 'maxContainerRestartPeriod: 300s' {_KUBELET_CONFIG} && systemctl restart kubelet
"""
# Of what goes through the machine, as all of its pods' packets do.
_CUT_OFF = """
nft -f - <<END
add table ip e2e
add chain ip e2e through { type filter hook forward priority 0; }
add rule ip e2e through ip daddr $1 drop
add rule ip e2e through ip saddr $1 drop
END
"""
_JOIN = "nft delete table ip e2e 2>/dev/null || true"
# As Kubernetes asks for after a store was restored (Operating etcd clusters, Restoring).
_BEGIN_ANEW = "systemctl restart kubelet; pkill -KILL -x kube-proxy || true"
_SIGNAL_FORWARDING = "pkill -$1 -x kube-proxy || true"
# What brings the output of each pod to its log files.
_CONTINUE_LOGS = "pkill -CONT -f '^[^ ]*/containerd-shim' || true"


def api_address(kubectl: Kubectl) -> str:
    """Return where the pods of a cluster reach its API server: that of its Service."""
    service = ("get", "service", "kubernetes", "--namespace=default")
    return kubectl.text(*service, "--output=jsonpath={.spec.clusterIP}")


@dataclass(frozen=True)
class Machine:
    """One machine, by its name, which is that of the Kubernetes node and of the container."""

    name: str

    def run(self, script: str, *arguments: str, text: str | None = None) -> str:
        """Run a shell script as root, fed with `text`; returns its output. Raises StepError."""
        command = ("sh", "-euc", script, "sh", *arguments)
        return docker.execute(self.name, *command, deadline_s=_SCRIPT_DEADLINE_S, text=text)

    def is_paused(self) -> bool:
        """Tell whether it is paused now."""
        return bool(docker.inspect(self.name)[0]["State"]["Paused"])

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Stop every process of it within, as a hypervisor that stops a guest."""
        docker.lines("pause", self.name)
        try:
            yield
        finally:
            docker.lines("unpause", self.name)

    @contextlib.contextmanager
    def cut_off(self, address: str) -> Iterator[None]:
        """Drop, within, every packet between its pods and this address, without a word."""
        self.run(_CUT_OFF, address)
        try:
            yield
        finally:
            self.run(_JOIN)

    @contextlib.contextmanager
    def default_back_off(self) -> Iterator[None]:
        """Have its kubelet wait before restarts as one does that nobody configured."""
        try:
            self.run(_DEFAULT_BACK_OFF)
            self._wait_for_kubelet()
            yield
        finally:
            self.run(_RESTORE_KUBELET)
            self._wait_for_kubelet()

    @contextlib.contextmanager
    def without_kubelet(self) -> Iterator[None]:
        """Have nothing on it start or end a container within."""
        try:
            self.run("systemctl stop kubelet")
            yield
        finally:
            self.run(_RESTORE_KUBELET)
            self._wait_for_kubelet()

    def is_served(self, address: str) -> bool:
        """Tell whether an API server answers at this address of a Service."""
        return self.run(_READY, address) == "ok"

    def continue_logs(self) -> None:
        """Have what its pods write taken again."""
        self.run(_CONTINUE_LOGS)

    def restore(self) -> None:
        """Undo what an interrupted case may have left."""
        if self.is_paused():
            docker.lines("unpause", self.name)
        self.continue_logs()
        self.run(_SIGNAL_FORWARDING, "CONT")
        self.run(_JOIN)
        self.run(_RESTORE_KUBELET)
        self._wait_for_kubelet()

    @contextlib.contextmanager
    def forwarding_held(self) -> Iterator[None]:
        """Keep the ways to Services as they are within, whatever an API server tells or does not.

        kube-proxy would forget the way to an API server that starts, for it takes itself out of
        its Service first, and learns it again half a minute later, or not at all (1.34.4, by
        nftables: the chain of an endpoint that was away for less than a second stays empty).
        """
        self.run(_SIGNAL_FORWARDING, "STOP")
        try:
            yield
        finally:
            self.run(_SIGNAL_FORWARDING, "CONT")

    def begin_anew(self) -> None:
        """Have its kubelet and what forwards to Services forget what an API server has told."""
        self.run(_BEGIN_ANEW)
        self._wait_for_kubelet()

    def _wait_for_kubelet(self) -> None:
        script = "curl --silent --max-time 2 http://127.0.0.1:10248/healthz || true"
        steps.wait_for(
            f"the kubelet of {self.name}",
            lambda: self.run(script) == "ok",
            deadline_s=_KUBELET_DEADLINE_S,
        )


@dataclass(frozen=True)
class Machines:
    """All of a cluster; the first is the control plane."""

    all: tuple[Machine, ...]

    @classmethod
    def of(cls, cluster: Cluster) -> Machines:
        """Return them; the calling test is skipped where they are not ours to break."""
        if cluster.external:
            pytest.skip("breaks machines: needs a kind cluster of its own")
        return cls(tuple(Machine(name) for name in cluster.nodes))

    @property
    def control_plane(self) -> Machine:
        """Where the API server runs."""
        return self.all[0]

    def named(self, name: str) -> Machine:
        """Return the one with this name."""
        return next(one for one in self.all if one.name == name)

    @contextlib.contextmanager
    def without_api_server(self, kubectl: Kubectl) -> Iterator[ApiServer]:
        """Keep the API server from running within; pods reach it again as soon as it is back."""
        server = ApiServer(self.control_plane, kubectl)
        with contextlib.ExitStack() as held:
            for machine in self.all:
                held.enter_context(machine.forwarding_held())
            with server.stopped():
                yield server
        self.wait_until_served(kubectl)

    def begin_anew(self, kubectl: Kubectl) -> None:
        """Have all forget what an API server has told that has lost its last writes.

        A kubelet that does not never says again how its pods are.
        """
        for machine in self.all:
            machine.begin_anew()
        self.wait_until_served(kubectl)

    def wait_until_served(self, kubectl: Kubectl) -> None:
        """Wait until every machine reaches the API server as its pods do, by its Service."""
        address = api_address(kubectl)
        for machine in self.all:
            steps.wait_for(
                f"the API server to be in reach from {machine.name}",
                functools.partial(machine.is_served, address),
                deadline_s=_SERVED_DEADLINE_S,
            )

    def restore(self, kubectl: Kubectl) -> None:
        """Bring every machine back to what it was, whatever a case before did to it."""
        for machine in self.all:
            machine.restore()
        Etcd(ApiServer(self.control_plane, kubectl)).restore()
        for machine in self.all:
            kubectl.text("uncordon", machine.name)
