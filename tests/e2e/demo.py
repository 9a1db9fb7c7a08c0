"""`make up`: the start of a block producer whose keys come late, with the gate and without.

Both worlds run side by side in namespaces of their own, made anew each time, and stay
for a look around. All that is printed at the end is read from the cluster.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devkit import environment, paths, steps, timings
from devkit.kubectl import Kubectl
from devkit.namespace import Namespace
from devkit.steps import StepError
from forge_manager.commands.timeline.observations import NODE
from tests.e2e.framework.deployment import Deployment
from tests.e2e.framework.history import PodWatch, container, restarts
from tests.e2e.framework.namespaces import create, delete
from tests.support import producer
from tests.support.keys import Pool

SECRET_DELAY_S = 20.0
# The kubelet delivers a late Secret with its next sync of the pod, about a minute later.
READY_DEADLINE_S = 240.0
RULE = "-" * 72


@dataclass(frozen=True, eq=False)  # compared and hashed as itself
class World:
    """One way to install the chart."""

    namespace: str
    title: str
    overrides: dict[str, Any]


WORLDS = (
    World("demo-gate", "With the startup probe: the node waits for its keys", {}),
    World(
        "demo-no-gate",
        "The same without the startup probe: the node is restarted until they come",
        {"healthChecks": {"forgeManager": {"startupProbe": {"enabled": False}}}},
    ),
)


def node_is_ready(pod: dict[str, Any]) -> bool:
    """Say whether the node's container is ready."""
    return container(pod, NODE).get("ready") is True


def forges(pod: dict[str, Any]) -> bool:
    """Say whether the node shows that it forges, by the pod's label."""
    return "cardano.io/forging" in pod["metadata"]["labels"]


def show(deployments: dict[World, Deployment]) -> None:
    """Install every world, bring the keys late, wait, and print what happened."""
    with steps.step("installing the chart twice; no Secret yet"):
        for world, deployment in deployments.items():
            create(deployment.namespace)
            deployment.install(world.overrides)
    installed = time.monotonic()
    steps.wait_for(
        f"{SECRET_DELAY_S:.0f} s to pass before the Secrets are created",
        lambda: time.monotonic() - installed >= SECRET_DELAY_S,
        deadline_s=2 * SECRET_DELAY_S,
    )
    for deployment in deployments.values():
        deployment.put_secret(Pool.generate().issue())
    steps.say("- the Secrets are created; the kubelet delivers them with its next sync (to 90 s)")
    with steps.step("waiting until both nodes are ready"):
        for deployment in deployments.values():
            deployment.wait_for_pod("a ready node", node_is_ready, deadline_s=READY_DEADLINE_S)
    with steps.step("waiting until both forge, a lease later"):
        for deployment in deployments.values():
            deployment.wait_for_pod("a node that forges", forges, deadline_s=READY_DEADLINE_S)
    for world, deployment in deployments.items():
        steps.say(f"\n{RULE}\n{world.title}\n{RULE}\n{deployment.timeline()}")
    counts = {w: restarts(d.pod())[NODE] for w, d in deployments.items()}
    steps.say(f"\n{RULE}")
    for world, count in counts.items():
        steps.say(f"{world.namespace}: cardano-node (stand-in) was restarted {count} times")
    if counts[WORLDS[0]] != 0:
        raise StepError("the node behind the gate was restarted; that must not happen")


def look_further(kubectl: Kubectl) -> str:
    """Return the commands that show more."""
    program = Path(os.path.relpath(kubectl.program, paths.REPOSITORY))
    proxy = f"/api/v1/namespaces/{WORLDS[0].namespace}/pods/{producer.POD}:8000/proxy"
    within = f"{program} --kubeconfig {kubectl.kubeconfig} -n {WORLDS[0].namespace}"
    return "\n".join(
        [
            "To look further:",
            f"  make timeline NAMESPACE={WORLDS[0].namespace} RELEASE={producer.NAME}",
            f"  {within} get pod {producer.POD} -o wide",
            f"  {within} logs {producer.POD} -c cardano-forge-manager",
            f"  {within} get --raw {proxy}/startup-status",
        ]
    )


def main() -> int:
    """Run the demonstration; return the exit code."""
    scratch = Path(tempfile.mkdtemp(prefix="forge-demo-"))
    watches: list[PodWatch] = []
    try:
        known = environment.load()
        kubectl = Kubectl(paths.LINKS / "bin" / "kubectl", known.cluster.kubeconfig)
        deployments = {}
        with steps.step("removing what an earlier demonstration left"):
            delete(kubectl, *(world.namespace for world in WORLDS))
        for world in WORLDS:
            namespace = Namespace(kubectl, world.namespace)
            watches.append(PodWatch.start(namespace, scratch / world.namespace))
            deployments[world] = Deployment(known.images, namespace, watches[-1])
        show(deployments)
    except StepError as error:
        steps.say(f"error: {error}")
        return 1
    finally:
        for watch in watches:
            watch.stop()
        shutil.rmtree(scratch, ignore_errors=True)
    steps.say(look_further(kubectl))
    if went := timings.table():
        steps.say(f"\nWhere the time of this run went:\n{went}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
