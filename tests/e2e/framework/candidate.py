"""An elector against a real API server: its Lease client, its watch, and a loop around them."""

from __future__ import annotations

import json
import random
import threading
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from forge_manager.base.clocks import read_clocks
from forge_manager.election.elector import Elector
from forge_manager.election.messages import LeaseIntent
from forge_manager.kube.connection import ApiConnection, connect
from forge_manager.kube.lease_client import LeaseClient
from forge_manager.kube.lease_codec import observation_of
from forge_manager.kube.resources import leases
from forge_manager.kube.watching import ObjectWatch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from devkit.namespace import Namespace
    from forge_manager.election.messages import Answer, LeaseView, Proof
    from forge_manager.election.terms import Terms
    from forge_manager.kube.changes import Change

LEASE = "cardano-leader"
POD = "producer-0"
_ACCOUNT = "candidate"
_TURN_S = 0.05


@dataclass(frozen=True)
class Account:
    """A service account with a Role of exactly what the manager's cluster code needs."""

    namespace: Namespace

    def create(self) -> None:
        """Create it, its Role and its binding."""
        rules = [
            _rule("coordination.k8s.io", "leases", "create"),
            _rule("coordination.k8s.io", "leases", "get", "list", "watch", "update", name=LEASE),
            _rule("", "pods", "list", "watch", name=POD),
        ]
        rbac = "rbac.authorization.k8s.io"
        role = {"apiGroup": rbac, "kind": "Role", "name": _ACCOUNT}
        subject = {"kind": "ServiceAccount", "name": _ACCOUNT, "namespace": self.namespace.name}
        self._apply("v1", "ServiceAccount")
        self._apply(f"{rbac}/v1", "Role", rules=rules)
        self._apply(f"{rbac}/v1", "RoleBinding", roleRef=role, subjects=[subject])

    def connect(self, directory: Path) -> ApiConnection:
        """Return a connection as this account."""
        kubectl = self.namespace.kubectl
        config = json.loads(kubectl.text("config", "view", "--raw", "--minify", "--output=json"))
        token = self.namespace.run("create", "token", _ACCOUNT).strip()
        config["users"] = [{"name": config["users"][0]["name"], "user": {"token": token}}]
        path = directory / "account.kubeconfig"
        path.write_text(json.dumps(config))
        connection = connect({"KUBECONFIG": str(path)})
        assert connection is not None
        return connection

    def _apply(self, version: str, kind: str, **fields: Any) -> None:
        self.namespace.apply(
            {"apiVersion": version, "kind": kind, "metadata": {"name": _ACCOUNT}, **fields}
        )


def _rule(group: str, resource: str, *verbs: str, name: str = "") -> dict[str, list[str]]:
    rule = {"apiGroups": [group], "resources": [resource], "verbs": list(verbs)}
    return rule | {"resourceNames": [name]} if name else rule


class Candidate:
    """One elector in a thread. `view` and `proofs` may be read from outside."""

    def __init__(
        self, connection: ApiConnection, namespace: str, identity: str, terms: Terms
    ) -> None:
        self.requests: list[tuple[str, str]] = []
        self.proofs: list[Proof] = []
        self.wish = LeaseIntent.KEEP
        self._elector = Elector(identity=identity, pool_id="pool1", terms=terms)
        self._client = LeaseClient(connection, namespace=namespace, name=LEASE, count=self._count)
        self._watch = ObjectWatch(
            connection, leases(namespace), LEASE, self._changed, count=self._count
        )
        self._events: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=identity, daemon=True)
        self.view: LeaseView = self._elector.view(read_clocks())

    def start(self) -> None:
        """Begin to watch, and to do what `wish` says."""
        self._watch.start()
        self._thread.start()

    def stop(self) -> None:
        """End both threads."""
        self._stopped.set()
        self._thread.join(5)
        self._watch.stop(5)

    def wants(self, wish: LeaseIntent) -> None:
        """Change the wish, at once."""

        def change() -> None:
            self.wish = wish

        self._events.put(change)

    def holds(self) -> bool:
        """Tell whether it can prove now that the lease is its own."""
        proof = self.view.proof
        return proof is not None and proof.holds(read_clocks())

    def _run(self) -> None:
        while not self._stopped.is_set():
            now = read_clocks()
            request = self._elector.step(now, self.wish, counter=3, jitter=random.random())
            if request is not None:
                number = request.number
                self._client.submit(request, lambda answer, n=number: self._answered(n, answer))  # type: ignore[misc]
            self._look()
            try:
                self._events.get(timeout=_TURN_S)()
            except Empty:
                continue
            self._look()

    def _look(self) -> None:
        self.view = self._elector.view(read_clocks())
        if self.view.proof and self.view.proof not in self.proofs[-1:]:
            self.proofs.append(self.view.proof)

    def _answered(self, number: int, answer: Answer) -> None:
        self._events.put(lambda: self._elector.answered(read_clocks(), number, answer))

    def _changed(self, change: Change) -> None:
        observation = observation_of(change)
        assert observation is not None, change
        lease, deleted = observation
        self._events.put(lambda: self._elector.observed(read_clocks(), lease, deleted=deleted))

    def _count(self, verb: str, outcome: str, seconds: float) -> None:
        self.requests.append((verb, outcome))
