"""What a settled release of three replicas takes: memory, CPU, requests, bytes.

The earlier sidecar was measured as well: 79 MB, and 85 requests a minute of two replicas.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from bench.report.figure import Figure, Limit
from devkit import docker, paths
from devkit.steps import StepError
from tests.e2e.framework.manager_page import samples
from tests.e2e.framework.replica import Part
from tests.e2e.framework.usage import Usage, usage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bench.cluster.ground import Ground
    from tests.e2e.framework.case import Case
    from tests.e2e.framework.replica import Replica
    from tests.e2e.framework.three_replicas import ThreeReplicas

SECONDS = 600.0
_REQUESTS = "cardano_forge_manager_api_requests_total"
_VALUES = paths.REPOSITORY / "charts" / "cardano-node" / "values.yaml"
_PARTS = {Part.MANAGER: "manager", Part.GUARD: "guard"}
_EARLIER_MEMORY = Limit(79, "the earlier sidecar", same_run=False)
_EARLIER_REQUESTS = Limit(85, "the earlier sidecar", same_run=False)


@dataclass(frozen=True)
class Reading:
    """What was counted of one replica until a moment of the monotonic clock."""

    at: float
    used: Mapping[Part, Usage]
    requests: Counter[str]


def measure(ground: Ground, three_replicas: ThreeReplicas) -> list[Figure]:
    """Let a settled release be for ten minutes. Raises StepError."""
    case = three_replicas.settled()
    leader, standby = case.leader, case.standbys[0]
    before = [_reading(case, replica) for replica in (leader, standby)]
    case.watch(SECONDS)
    after = [_reading(case, replica) for replica in (leader, standby)]
    if three_replicas.journal.forgers() != {leader.run}:
        raise StepError(f"{leader.pod} has not led all the time; measure again")
    return [
        *_of_replica("leader", before[0], after[0]),
        *_of_replica("standby", before[1], after[1]),
        *requests_a_minute(before, after),
        *_bytes(ground, three_replicas),
    ]


def requests_a_minute(before: list[Reading], after: list[Reading]) -> Iterator[Figure]:
    """Return what these replicas have asked the API server meanwhile, in all and by verb."""
    minutes = (after[0].at - before[0].at) / 60
    asked: Counter[str] = Counter()
    for earlier, later in zip(before, after, strict=True):
        asked += later.requests - earlier.requests
    what = "requests a minute, leader and one standby"
    yield Figure("cost/requests", what, asked.total() / minutes, "", _EARLIER_REQUESTS)
    for verb, count in sorted(asked.items()):
        name = f"cost/requests-{verb.replace(' ', '-').replace('/', '-')}"
        yield Figure(name, f"of them: {verb}", count / minutes, "")


def _reading(case: Case, replica: Replica) -> Reading:
    requests: Counter[str] = Counter()
    for labels, count in samples(case.namespace, replica, _REQUESTS):
        requests[f"{labels['verb']} {labels['resource']}"] += int(count)
    journals = case.three_replicas.journal.places()[replica.machine]
    taken = usage(replica.machine, journals)
    used = {one.part: it for one, it in taken.items() if one.uid == replica.run.uid}
    return Reading(time.monotonic(), used, requests)


def _of_replica(role: str, before: Reading, after: Reading) -> Iterator[Figure]:
    for part, name in _PARTS.items():
        earlier, later = before.used[part], after.used[part]
        limit = _EARLIER_MEMORY if part is Part.MANAGER else None
        what = f"{role}: memory of the {name}"
        yield Figure(f"cost/{role}-{name}-memory", what, later.resident_mb, "MB", limit)
        share = 1000 * (later.cpu_s - earlier.cpu_s) / (after.at - before.at)
        yield Figure(
            f"cost/{role}-{name}-cpu",
            f"{role}: CPU of the {name}, thousandths of a core",
            share,
            "m",
            _requested_cpu() if part is Part.MANAGER else None,
        )


def _requested_cpu() -> Limit:
    values = yaml.safe_load(_VALUES.read_text())
    requested: str = values["resources"]["forgeManager"]["requests"]["cpu"]
    return Limit(float(requested.removesuffix("m")), "what the chart requests", same_run=False)


def _bytes(ground: Ground, three_replicas: ThreeReplicas) -> Iterator[Figure]:
    image = ground.environment.images.forge_manager
    (size,) = docker.lines("image", "inspect", "--format={{.Size}}", image)
    yield Figure("cost/image", "the image, unpacked", int(size) / 1e6, "MB")
    manifest = three_replicas.deployment.manifest()
    objects = sum(len(json.dumps(one, separators=(",", ":"))) for one in manifest)
    yield Figure("cost/objects", "the objects of a release, as JSON", objects / 1e3, "kB")
    records = three_replicas.namespace.items("secrets", "--selector=owner=helm")
    (record,) = (len(one["data"]["release"]) for one in records)
    yield Figure("cost/record", "Helm's record of a release", record / 1e3, "kB")
