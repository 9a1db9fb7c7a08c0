"""A Kubernetes cluster to work with: kind's, created, reused or repaired; or one given."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from devkit import (
    docker,
    engine,
    environment,
    inotify,
    kindconfig,
    network,
    nodeimage,
    paths,
    steps,
    toolchain,
)
from devkit.environment import Cluster
from devkit.kindconfig import Wanted
from devkit.kubectl import Kubectl, is_available
from devkit.nodeimage import NodeImage
from devkit.recovery import Action, Decision, Node, decide, ready_since_start
from devkit.steps import StepError

_NODE_LABEL = "io.x-k8s.kind.cluster"
_CREATE_DEADLINE_S = 6 * 60.0
_DELETE_DEADLINE_S = 2 * 60.0
_READY_DEADLINE_S = 3 * 60.0
# A cluster that is not back by then is recreated, which takes less than a minute.
_RESTART_DEADLINE_S = 75.0


def ensure(
    *,
    name: str | None = None,
    nodes: int | None = None,
    pod_network: str = kindconfig.DEFAULT_POD_NETWORK,
) -> Cluster:
    """Create, reuse or repair a cluster; by default the one that the environment asks for.

    Several clusters can exist at a time under different names; give each a pod network of its own.

    Raises:
        StepError: there is none and none could be made; with what is wrong.

    """
    if given := environment.given_cluster():
        return given
    wanted = kindconfig.wanted(name=name, nodes=nodes, pod_network=pod_network)
    engine.ensure()
    tools = toolchain.ensure(["kind", "kubectl"])
    image = kindconfig.given_image() or nodeimage.ensure()
    state = paths.cache().cluster(wanted.name)
    made = _Kind(
        wanted, image, state, tools["kind"], Kubectl(tools["kubectl"], state / "kubeconfig")
    )
    made.ensure()
    context = f"kind-{wanted.name}"
    return Cluster(wanted.name, state / "kubeconfig", context, wanted.node_names(), external=False)


def delete_all() -> None:
    """Delete every cluster that the cache knows of, and the network they shared."""
    clusters = paths.cache().root / "clusters"
    names = [path.name for path in clusters.iterdir()] if clusters.is_dir() else []
    for name in sorted({*names, kindconfig.wanted().name}):
        delete(name)
    _remove_network()


@dataclass(frozen=True)
class _Kind:
    wanted: Wanted
    image: NodeImage
    state: Path
    kind: Path
    kubectl: Kubectl

    def ensure(self) -> None:
        config = kindconfig.render(self.wanted, self.image)
        decision = decide(
            nodes_of(self.wanted.name),
            expected=self.wanted.node_names(),
            recorded=self._recorded(),
            wanted=kindconfig.key(config),
        )
        if decision.action is Action.REUSE and self._is_healthy():
            return
        if decision.action is Action.REUSE:
            decision = Decision(Action.RESTART, "not all of it is up")
        if decision.action is Action.RESTART:
            if self._is_repaired(decision.reason):
                return
        elif decision.action is Action.RECREATE:
            steps.say(f"- recreating the cluster {self.wanted.name}: {decision.reason}")
        if decision.action is not Action.CREATE:
            delete(self.wanted.name)
        self._create(config)

    def _kubeconfig_option(self) -> list[str | Path]:
        return ["--kubeconfig", self.kubectl.kubeconfig]

    def _recorded(self) -> str | None:
        record = self.state / "key"
        complete = record.exists() and self.kubectl.kubeconfig.exists()
        return record.read_text() if complete else None

    def _create(self, config: str) -> None:
        running = docker.lines("ps", "--quiet", "--filter", f"label={_NODE_LABEL}")
        inotify.check(len(running), self.wanted.nodes)
        self.state.mkdir(parents=True, exist_ok=True)
        file = self.state / "kind.yaml"
        file.write_text(config)
        title = f"creating the cluster {self.wanted.name} ({self.wanted.nodes} nodes)"
        with steps.step(title):
            steps.run(
                [self.kind, "create", "cluster", "--config", file, *self._kubeconfig_option()],
                what=f"kind create cluster {self.wanted.name}",
                deadline_s=_CREATE_DEADLINE_S,
            )
            self._wait_healthy(_READY_DEADLINE_S)
            network.prove_dns(self.kubectl, self.wanted.node_names(), self.image)
        # Last: a cluster without it was interrupted on the way.
        (self.state / "key").write_text(kindconfig.key(config))

    def _is_repaired(self, reason: str) -> bool:
        try:
            with steps.step(f"repairing the cluster {self.wanted.name}: {reason}"):
                self._restart()
        except StepError as error:
            steps.say(f"  it does not come back, so it is recreated: {error}")
            return False
        return True

    def _restart(self) -> None:
        for node in nodes_of(self.wanted.name):
            if node.state == "paused":
                docker.lines("unpause", node.name)
        # In this order the engine gives them the addresses they had before.
        for name in self.wanted.node_names():
            docker.lines("start", name)
        self._wait_healthy(_RESTART_DEADLINE_S)
        network.prove_dns(self.kubectl, self.wanted.node_names(), self.image)

    def _wait_healthy(self, deadline_s: float) -> None:
        steps.wait_for(
            "all nodes to be Ready, DNS and storage to be available",
            self._is_healthy,
            deadline_s=deadline_s,
            diagnose=self.kubectl.overview,
        )

    def _is_healthy(self) -> bool:
        if not ready_since_start(nodes_of(self.wanted.name), self.kubectl.items("nodes")):
            return False
        deployments = {
            one["metadata"]["name"]: one
            for one in self.kubectl.items("deployments", "--all-namespaces")
        }
        needed = [deployments.get(name) for name in ("coredns", "local-path-provisioner")]
        return all(one is not None and is_available(one) for one in needed)


def nodes_of(name: str) -> list[Node]:
    """Return the containers of a cluster's nodes, running or not."""
    listed = docker.lines(
        "ps", "--all", "--filter", f"label={_NODE_LABEL}={name}", "--format", "{{.Names}}"
    )
    return [
        Node(
            one["Name"].lstrip("/"),
            one["State"]["Status"],
            datetime.fromisoformat(one["State"]["StartedAt"]),
        )
        for one in docker.inspect(*listed)
    ]


def delete(name: str) -> None:
    """Delete a cluster by its containers; works for half of one and needs no kind."""
    state = paths.cache().cluster(name)
    if found := [node.name for node in nodes_of(name)]:
        with steps.step(f"deleting the cluster {name}"):
            steps.run(
                ["docker", "rm", "--force", "--volumes", *found],
                what=f"delete cluster {name}",
                deadline_s=_DELETE_DEADLINE_S,
            )
    _remove(state / file for file in ("key", "kubeconfig", "kind.yaml", environment.FILE))
    if state.is_dir() and not any(state.iterdir()):
        state.rmdir()


def _remove_network() -> None:
    """Remove kind's network unless somebody uses it."""
    for name in docker.lines("network", "ls", "--filter", "name=^kind$", "--format", "{{.Name}}"):
        users = docker.lines("ps", "--all", "--quiet", "--filter", f"network={name}")
        if not users:
            docker.lines("network", "rm", name)


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
