"""Where random faults happen: three replicas on a cluster, or two clusters and a hub."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from devkit import environment as environments
from tests.e2e.chaos import pair_kinds, trio_kinds
from tests.e2e.chaos.driver import Ground
from tests.e2e.framework import hub, trio
from tests.e2e.framework.machines import Machines
from tests.e2e.framework.pair import Pairs
from tests.e2e.framework.trio import Trios

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.framework.pair import PairScene
    from tests.e2e.framework.scene import Scene

SUITE = "random"
BOOT_SECONDS = 5


@contextlib.contextmanager
def one_cluster(scratch: Path) -> Iterator[Ground[Scene]]:
    """Install three replicas on the cluster of `make images`; all is undone at the end."""
    environment = environments.load()
    machines = Machines.of(environment.cluster)
    trios = Trios(environment, machines, scratch, suite=SUITE, boot_seconds=BOOT_SECONDS)
    trios.begin()
    try:
        present = trios.present()
        yield Ground(
            kinds=trio_kinds.KINDS,
            settled=present.settled,
            up=lambda scene: [one.run.uid for one in (scene.leader, *scene.standbys)],
            timeline=present.deployment.timeline,
            lease_s=trio.LEASE_S,
        )
    finally:
        trios.end()


@contextlib.contextmanager
def clusters(scratch: Path) -> Iterator[Ground[PairScene]]:
    """Install two replicas on each of two clusters; all is undone at the end."""
    pairs = Pairs(scratch, suite=SUITE, boot_seconds=BOOT_SECONDS)
    pairs.begin()
    try:
        present = pairs.present()
        yield Ground(
            kinds=pair_kinds.KINDS,
            settled=present.settled,
            up=lambda scene: [one.run.uid for one in pair_kinds.everyone(scene)],
            timeline=lambda: "\n".join(each.deployment.timeline() for each in present.regions),
            lease_s=hub.LEASE_S,
        )
    finally:
        pairs.end()
