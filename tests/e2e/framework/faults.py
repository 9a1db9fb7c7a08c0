"""Faults: small functions and contexts that are handed the case they happen in."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

from tests.e2e.framework.api_server import ApiServer
from tests.e2e.framework.etcd import Etcd
from tests.e2e.framework.leader import ask_to_lead
from tests.e2e.framework.replica import Part
from tests.e2e.framework.three_replicas import LEASE
from tests.support import producer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devkit.namespace import Namespace
    from tests.e2e.framework.case import Case
    from tests.e2e.framework.replica import Replica


#: The label of a pod that stays where it is, though it is of a release of the same name.
SPARED = "test/spared"


def delete(case: Case) -> None:
    """Delete the leader's pod as an operator does."""
    case.namespace.run("delete", "pod", case.leader.pod, "--wait=false")


def force_delete(case: Case) -> None:
    """Have the API forget the leader's pod at once; its machine is still running it."""
    case.namespace.run("delete", "pod", case.leader.pod, "--force", "--grace-period=0")


def kill(case: Case, *parts: Part) -> None:
    """Kill processes of the leader's pod."""
    case.leader.signal("KILL", *parts)


def hand_over(case: Case, named: Replica) -> None:
    """Ask that this replica lead, as an operator does."""
    ask_to_lead(case.namespace, named.pod)


def stall(case: Case, seconds: float) -> None:
    """Have the leader's node stand still for so long, and go on."""
    with case.leader.stopped(Part.NODE):
        case.watch(seconds)


@contextlib.contextmanager
def drained(case: Case) -> Iterator[None]:
    """Drain the leader's machine of this release's pods; take it into use again at the end."""
    kubectl, name = case.namespace.kubectl, case.leader.machine.name
    try:
        kubectl.text(
            *("drain", name, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=60s"),
            f"--pod-selector=app.kubernetes.io/instance={producer.NAME},!{SPARED}",
            deadline_s=90,
        )
        yield
    finally:
        kubectl.text("uncordon", name)


def etcd(case: Case) -> Etcd:
    """Return what the API server stores, to be put back."""
    three_replicas = case.three_replicas
    return Etcd(ApiServer(three_replicas.machines.control_plane, three_replicas.namespace.kubectl))


def delete_lease(case: Case) -> None:
    """Delete the Lease."""
    case.namespace.run("delete", "lease", LEASE)


def give_lease_to_a_stranger(case: Case) -> None:
    """Write a holder that does not exist, as if it had just renewed."""
    patch_lease(case.namespace, {"holderIdentity": "a-stranger"})


def empty_lease(case: Case) -> None:
    """Empty the holder, as if it had released."""
    patch_lease(case.namespace, {"holderIdentity": ""})


def patch_lease(namespace: Namespace, spec: dict[str, object]) -> None:
    """Change the Lease's spec by hand."""
    patch = json.dumps({"spec": spec})
    namespace.run("patch", "lease", LEASE, "--type=merge", f"--patch={patch}")


def change_lease_duration(case: Case, seconds: int) -> None:
    """Begin a rolling update to another leaseDuration."""
    values = {"forgeManager": {"election": {"leaseDurationSeconds": seconds}}}
    case.three_replicas.deployment.upgrade(values)


def rename_lease(case: Case, *, enabled: bool, pool: str, hub: bool | None = None) -> None:
    """Begin a rolling update that names the Lease after the pool, or no longer.

    `hub`: has the cluster be its own hub, or no longer; None leaves that.
    """
    tenant: dict[str, object] = {"enabled": enabled, "pool": {"id": pool}}
    manager: dict[str, object] = {"multiTenant": tenant}
    if hub is not None:
        region = "here" if hub else ""
        manager["clusterManagement"] = {"enabled": hub, "region": region, "hub": {"enabled": hub}}
    case.three_replicas.deployment.upgrade({"forgeManager": manager})
