"""Where random faults happen: three replicas on a cluster, or two clusters and a hub."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from devkit import environment as environments
from tests.e2e.chaos import three_replica_kinds, two_cluster_kinds
from tests.e2e.chaos.driver import Ground
from tests.e2e.framework import hub, three_replicas
from tests.e2e.framework.machines import Machines
from tests.e2e.framework.three_replicas import SharedThreeReplicas
from tests.e2e.framework.two_clusters import SharedTwoClusters

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.framework.case import Case
    from tests.e2e.framework.two_clusters import TwoClustersCase

SUITE = "random"
BOOT_SECONDS = 5


@contextlib.contextmanager
def one_cluster(scratch: Path) -> Iterator[Ground[Case]]:
    """Install three replicas on the cluster of `make images`; all is undone at the end."""
    environment = environments.load()
    machines = Machines.of(environment.cluster)
    shared_three_replicas = SharedThreeReplicas(
        environment, machines, scratch, suite=SUITE, boot_seconds=BOOT_SECONDS
    )
    shared_three_replicas.begin()
    try:
        present = shared_three_replicas.present()
        yield Ground(
            kinds=three_replica_kinds.KINDS,
            settled=present.settled,
            up=lambda case: [one.run.uid for one in (case.leader, *case.standbys)],
            timeline=present.deployment.timeline,
            lease_s=three_replicas.LEASE_S,
        )
    finally:
        shared_three_replicas.end()


@contextlib.contextmanager
def clusters(scratch: Path) -> Iterator[Ground[TwoClustersCase]]:
    """Install two replicas on each of two clusters; all is undone at the end."""
    shared_two_clusters = SharedTwoClusters(scratch, suite=SUITE, boot_seconds=BOOT_SECONDS)
    shared_two_clusters.begin()
    try:
        present = shared_two_clusters.present()
        yield Ground(
            kinds=two_cluster_kinds.KINDS,
            settled=present.settled,
            up=lambda case: [one.run.uid for one in two_cluster_kinds.everyone(case)],
            timeline=lambda: "\n".join(each.deployment.timeline() for each in present.regions),
            lease_s=hub.LEASE_S,
        )
    finally:
        shared_two_clusters.end()
