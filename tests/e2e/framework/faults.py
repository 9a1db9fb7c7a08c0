"""Faults: small functions and contexts that are handed the scene they happen in."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

from tests.e2e.framework.api_server import ApiServer
from tests.e2e.framework.etcd import Etcd
from tests.e2e.framework.replica import Part
from tests.e2e.framework.trio import LEASE
from tests.support import producer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.framework.replica import Replica
    from tests.e2e.framework.scene import Scene
    from timeline.namespace import Namespace


def delete(scene: Scene) -> None:
    """Delete the leader's pod as an operator does."""
    scene.namespace.run("delete", "pod", scene.leader.pod, "--wait=false")


def force_delete(scene: Scene) -> None:
    """Have the API forget the leader's pod at once; its machine is still running it."""
    scene.namespace.run("delete", "pod", scene.leader.pod, "--force", "--grace-period=0")


def kill(scene: Scene, *parts: Part) -> None:
    """Kill processes of the leader's pod."""
    scene.leader.signal("KILL", *parts)


def hand_over(scene: Scene, named: Replica) -> None:
    """Ask that this replica lead, as an operator does."""
    annotation = f"cardano.io/hand-over-to={named.pod}"
    scene.namespace.run("annotate", "cardanoleader", LEASE, annotation)


def stall(scene: Scene, seconds: float) -> None:
    """Have the leader's node stand still for so long, and go on."""
    with scene.leader.stopped(Part.NODE):
        scene.watch(seconds)


@contextlib.contextmanager
def drained(scene: Scene) -> Iterator[None]:
    """Drain the leader's machine of this release's pods; take it into use again at the end."""
    kubectl, name = scene.namespace.kubectl, scene.leader.machine.name
    try:
        kubectl.text(
            *("drain", name, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=60s"),
            f"--pod-selector=app.kubernetes.io/instance={producer.NAME}",
            deadline_s=90,
        )
        yield
    finally:
        kubectl.text("uncordon", name)


def etcd(scene: Scene) -> Etcd:
    """Return what the API server stores, to be put back."""
    trio = scene.trio
    return Etcd(ApiServer(trio.machines.control_plane, trio.namespace.kubectl))


def delete_lease(scene: Scene) -> None:
    """Delete the Lease."""
    scene.namespace.run("delete", "lease", LEASE)


def give_lease_to_a_stranger(scene: Scene) -> None:
    """Write a holder that does not exist, as if it had just renewed."""
    patch_lease(scene.namespace, {"holderIdentity": "a-stranger"})


def empty_lease(scene: Scene) -> None:
    """Empty the holder, as if it had released."""
    patch_lease(scene.namespace, {"holderIdentity": ""})


def patch_lease(namespace: Namespace, spec: dict[str, object]) -> None:
    """Change the Lease's spec by hand."""
    patch = json.dumps({"spec": spec})
    namespace.run("patch", "lease", LEASE, "--type=merge", f"--patch={patch}")


def change_lease_duration(scene: Scene, seconds: int) -> None:
    """Begin a rolling update to another leaseDuration."""
    values = {"forgeManager": {"legacy": {"lease": {"duration": seconds}}}}
    scene.trio.deployment.upgrade(values)


def rename_lease(scene: Scene, *, enabled: bool, pool: str, hub: bool | None = None) -> None:
    """Begin a rolling update that names the Lease after the pool, or no longer.

    `hub`: has the cluster be its own hub, or no longer; None leaves that.
    """
    tenant: dict[str, object] = {"enabled": enabled, "pool": {"id": pool}}
    manager: dict[str, object] = {"multiTenant": tenant}
    if hub is not None:
        region = "here" if hub else ""
        manager["clusterManagement"] = {"enabled": hub, "region": region, "hub": {"enabled": hub}}
    scene.trio.deployment.upgrade({"forgeManager": manager})
