"""The hub: the cluster in which a Lease says which of the others may forge."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from devkit import docker, steps
from devkit.steps import StepError
from tests.e2e.framework.api_server import ApiServer

if TYPE_CHECKING:
    from devkit.namespace import Namespace
    from tests.e2e.framework.machines import Machine

Object = dict[str, Any]
LEASE_S = 15
_API_PORT = 6443
_BOARD = "-clusters"
_ENTRY = "clusters.cardano.io/"
_TOKEN_DEADLINE_S = 30.0


@dataclass(frozen=True)
class Hub:
    """A cluster of one machine, and the namespace in it of one pool's Lease."""

    machine: Machine
    namespace: Namespace

    def admit(self, access: list[Object]) -> str:
        """Create the objects of a cluster's access; return the kubeconfig that its managers need.

        It names the machine, as the certificate of its API server does.
        """
        for one in access:
            self.namespace.apply(one)
        (secret,) = (one["metadata"]["name"] for one in access if one["kind"] == "Secret")
        kubectl = self.namespace.kubectl
        given = json.loads(kubectl.text("config", "view", "--raw", "--minify", "--output=json"))
        authority = given["clusters"][0]["cluster"]["certificate-authority-data"]
        server = f"https://{self.machine.name}:{_API_PORT}"
        token = steps.wait_for(
            f"the token in {secret}", lambda: self._token(secret), deadline_s=_TOKEN_DEADLINE_S
        )
        context = {"cluster": "hub", "user": "hub", "namespace": self.namespace.name}
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "hub",
                "contexts": [{"name": "hub", "context": context}],
                "clusters": [
                    {
                        "name": "hub",
                        "cluster": {"server": server, "certificate-authority-data": authority},
                    }
                ],
                "users": [{"name": "hub", "user": {"token": token}}],
            }
        )

    @property
    def address(self) -> str:
        """Where its API server listens."""
        networks = docker.inspect(self.machine.name)[0]["NetworkSettings"]["Networks"]
        (network,) = networks.values()
        return str(network["IPAddress"])

    @property
    def server(self) -> ApiServer:
        """Its API server, to be stopped."""
        return ApiServer(self.machine, self.namespace.kubectl)

    def eligible(self) -> set[str]:
        """Return the clusters that say, on the board, that they could forge. Raises StepError."""
        leases = self.namespace.items("leases")
        board = next((one for one in leases if one["metadata"]["name"].endswith(_BOARD)), {})
        said = board.get("metadata", {}).get("annotations", {})
        return {
            key.removeprefix(_ENTRY)
            for key, entry in said.items()
            if key.startswith(_ENTRY) and json.loads(entry)["eligible"]
        }

    def describe(self) -> str:
        """Return its Leases, for a person to see who holds what."""
        try:
            return self.namespace.run("get", "leases", "--output=yaml")
        except StepError as error:
            return str(error)

    def _token(self, secret: str) -> str:
        found = json.loads(self.namespace.run("get", "secret", secret, "--output=json"))
        encoded = found.get("data", {}).get("token", "")
        return b64decode(encoded).decode()
