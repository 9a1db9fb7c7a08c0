"""A pool in a namespace of its own: its objects, its pods, and who leads and forges in it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from bench.scale.api_server import PORT
from bench.scale.pod import GUARD, Pod
from bench.scale.sandbox import HOST
from devkit.steps import wait_for
from tests.support.keys import Pool as Keys

if TYPE_CHECKING:
    from pathlib import Path

    from bench.scale.api_server import ApiServer
    from bench.scale.chart import Release
    from bench.scale.guards import Guards
    from tests.support.network import CustomNetwork

Object = dict[str, Any]

_READY_DEADLINE_S = 120.0
_TOKEN_S = 7200
_RBAC = "/apis/rbac.authorization.k8s.io/v1"
_COLLECTIONS = {
    "ServiceAccount": "/api/v1/namespaces/{}/serviceaccounts",
    "Role": f"{_RBAC}/namespaces/{{}}/roles",
    "RoleBinding": f"{_RBAC}/namespaces/{{}}/rolebindings",
    "CardanoLeader": "/apis/cardano.io/v1/namespaces/{}/cardanoleaders",
    "Pod": "/api/v1/namespaces/{}/pods",
}


class Pool:
    """One pool. `number`: which of them, from 0."""

    def __init__(
        self,
        number: int,
        *,
        release: Release,
        network: CustomNetwork,
        server: ApiServer,
        guards: Guards,
        directory: Path,
    ) -> None:
        """Create its objects and its pods' namespaces; nothing runs yet."""
        self.namespace = f"pool-{number}"
        self.pods: list[Pod] = []
        self.lost: list[Pod] = []
        self._release = release
        self._network = network
        self._server = server
        self._guards = guards
        self._directory = directory / self.namespace
        self._keys = Keys.generate(self.namespace.encode()).issue()
        server.admin.create(
            "/api/v1/namespaces",
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}},
        )
        for each in release.objects(self.namespace):
            self._create(each)
        self.pods = [
            self._pod(number * release.replicas + ordinal, ordinal)
            for ordinal in range(release.replicas)
        ]

    def start(self) -> None:
        """Start every pod as the kubelet does: the node once the manager lets it."""
        for pod in self.pods:
            self._guards.add(pod.uid, pod.variables(GUARD))
            pod.start("cardano-forge-manager")
        port = int(self._release.variable("METRICS_PORT"))
        for pod in self.pods:
            _wait_until_started(pod, port)
            pod.start("cardano-node")

    def holder(self) -> str:
        """Return whom the Lease names. Raises OSError and RefusedError."""
        leases = f"/apis/coordination.k8s.io/v1/namespaces/{self.namespace}/leases"
        lease = self._server.admin.get(f"{leases}/{self._release.lease}")
        return str(lease["spec"].get("holderIdentity") or "")

    def lose(self, pod: Pod) -> None:
        """Kill a pod with all that is in it; nothing replaces it."""
        self._guards.remove(pod.uid)
        pod.kill()
        self.pods.remove(pod)
        self.lost.append(pod)

    def _create(self, document: Object) -> Object:
        path = _COLLECTIONS[document["kind"]].format(self.namespace)
        return self._server.admin.create(path, document)

    def _pod(self, number: int, ordinal: int) -> Pod:
        known = self._create(self._release.pod(ordinal))
        where = self._directory / known["metadata"]["uid"]
        pod = Pod(
            known,
            where,
            number,
            {
                "KUBERNETES_SERVICE_HOST": HOST,
                "KUBERNETES_SERVICE_PORT": str(PORT),
                "STANDIN_WITNESS_FILE": str(where / "journal"),
                # All pods see the processes of all.
                "STANDIN_PROCESS_NAME": f"node-{number}",
                "CARDANO_NODE_PROCESS_NAME": f"node-{number}",
            },
        )
        account = pod.volume("api-token")
        (account / "token").write_text(self._token(known))
        (account / "ca.crt").write_bytes(self._server.authority.read_bytes())
        (account / "namespace").write_text(self.namespace)
        self._keys.write(pod.volume("cardano-secrets"))
        self._network.write(pod.volume("cardano-config"))
        return pod

    def _token(self, pod: Object) -> str:
        account = pod["spec"]["serviceAccountName"]
        asked = {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "spec": {
                "expirationSeconds": _TOKEN_S,
                "boundObjectRef": {
                    "apiVersion": "v1",
                    "kind": "Pod",
                    "name": pod["metadata"]["name"],
                    "uid": pod["metadata"]["uid"],
                },
            },
        }
        path = f"{_COLLECTIONS['ServiceAccount'].format(self.namespace)}/{account}/token"
        return str(self._server.admin.create(path, asked)["status"]["token"])


def _wait_until_started(pod: Pod, port: int) -> None:
    """Ask the startup probe's page, which holds its answer for a while. Raises StepError."""

    def has_started() -> bool:
        try:
            return pod.page(port, "/startup-status?wait=5")[0] == HTTPStatus.OK
        except ConnectionError:
            return False

    wait_for(
        f"{pod.name} to start",
        has_started,
        deadline_s=_READY_DEADLINE_S,
        diagnose=lambda: pod.log("cardano-forge-manager"),
        interval_s=0.05,
    )
