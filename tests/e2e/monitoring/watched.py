"""A release whose nodes lead slots and lose their chain by command, and its Prometheus."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from devkit.kubectl import Kubectl
from devkit.namespace import Namespace
from forge_manager.commands.timeline.observations import NODE
from tests.e2e.conftest import KUBECTL
from tests.e2e.framework.deployment import Deployment, merged
from tests.e2e.framework.history import PodWatch
from tests.e2e.framework.leader import ask_to_lead, forgers
from tests.e2e.framework.namespaces import begin_deletion, create
from tests.e2e.monitoring.alerts import SHORT_MINUTE_S, alerts_of
from tests.e2e.monitoring.server import Prometheus
from tests.support.keys import Pool
from tests.support.network import CustomNetwork
from tests.support.producer import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from devkit.environment import Environment

Object = dict[str, Any]
PODS = [f"{NAME}-0", f"{NAME}-1"]
SLOTS, CHAIN = "/ipc/slots", "/ipc/chain"
PREVIEW = CustomNetwork(magic=2, system_start=datetime(2022, 10, 25, tzinfo=UTC))
#: Values of a release that says that its network is preview, whose first slot that one has.
ON_PREVIEW: Object = {"cardanoNode": {"network": "preview", "magic": None}}
COMMANDED = [
    {"name": "STANDIN_BOOT_SECONDS", "value": "2"},
    {"name": "STANDIN_SLOTS_FILE", "value": SLOTS},
    {"name": "STANDIN_CHAIN_FILE", "value": CHAIN},
]


@dataclass
class Watched:
    """Two replicas whose nodes take commands; `counter` is their certificate's."""

    deployment: Deployment
    prometheus: Prometheus
    kes_period: int
    pool: Pool = field(default_factory=Pool.generate)
    counter: int = 0

    def leader(self) -> str | None:
        """Return the pod whose node shows that it forges, when it is one."""
        pods = forgers(self.deployment.namespace)
        return pods[0] if len(pods) == 1 else None

    def wait_for_leader(self) -> str:
        return self.deployment.wait_for("a leader", self.leader)

    def _tell(self, pod: str, script: str) -> None:
        self.deployment.namespace.run("exec", pod, f"--container={NODE}", "--", "sh", "-c", script)

    def slot(self, pod: str, word: str) -> None:
        """Have it lead its next slot: `lead`, `miss`, `cannot` or `future`."""
        self._tell(pod, f"echo {word} >> {SLOTS}")

    def fault(self, pod: str, word: str) -> None:
        """Have its chain be `stuck`, `alone`, `syncing` or `late` until it is well again."""
        self._tell(pod, f"echo {word} > {CHAIN}")

    def well(self, pod: str) -> None:
        self._tell(pod, f"rm -f {CHAIN}")

    def hand_over(self) -> str:
        """Return the new leader, as soon as it forges."""
        (other,) = set(PODS) - {self.wait_for_leader()}
        ask_to_lead(self.deployment.namespace, other)
        self.deployment.wait_for(f"{other} to forge", lambda: self.leader() == other)
        return other

    def put_keys(self) -> None:
        """Put new keys into the Secret, under a certificate whose counter is one higher."""
        self.counter += 1
        self.deployment.put_secret(self.pool.issue(self.counter, self.kes_period))

    def rotate(self) -> None:
        """Put new keys into the Secret, and wait until each replica has them."""
        self.put_keys()
        query = f"cardano_opcert_counter == {self.counter}"

        def taken() -> bool:
            for pod in PODS:
                self.deployment.hasten_delivery(pod)
            return len(self.prometheus.query(query)) == len(PODS)

        self.deployment.wait_for(f"certificate {self.counter} on both", taken)


@contextmanager
def watched_release(
    environment: Environment,
    scratch: pytest.TempPathFactory,
    name: str,
    *,
    minute_s: int = SHORT_MINUTE_S,
    network: CustomNetwork | None = None,
    overrides: Object | None = None,
) -> Iterator[Watched]:
    """Install a release in a namespace whose name begins so, and have it watched until the end.

    Its alerts' minutes take `minute_s` seconds; `overrides` are merged over its values.
    """
    name = f"{name}-{secrets.token_hex(3)}"
    namespace = Namespace(Kubectl(KUBECTL, environment.cluster.kubeconfig), name)
    directory = scratch.mktemp(name)
    create(namespace)
    watch = PodWatch.start(namespace, directory / "pods.json")
    network = network or CustomNetwork()
    deployment = Deployment(environment.images, namespace, watch, network)
    values = merged({"replicaCount": len(PODS), "extraEnvVars": COMMANDED}, overrides or {})
    rules = alerts_of(deployment, values, minute_s=minute_s)
    prometheus = Prometheus(directory, namespace.kubectl, name, PODS, rules)
    watched = Watched(deployment, prometheus, network.kes_period(datetime.now(UTC)))
    try:
        watched.put_keys()
        deployment.install(values)
        watched.wait_for_leader()
        prometheus.start()  # not before: for some of these minutes nobody forges yet
        up = f'cardano_node_metrics_GSM_state_int{{namespace="{name}"}} == 2'
        deployment.wait_for("both nodes' pages", lambda: len(prometheus.query(up)) == len(PODS))
        yield watched
    finally:
        prometheus.stop()
        watch.stop()
        begin_deletion(namespace.kubectl, name)
