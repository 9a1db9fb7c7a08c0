"""The API server restarts, and all leaders are lost at once."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, NamedTuple, Self

from bench.scale import audit
from devkit.steps import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.scale.audit import Request
    from bench.scale.fleet import Fleet
    from bench.scale.pod import Pod

#: From the API server's end to its next start.
_OUTAGE_S = 5.0
#: Watched for so long after it is ready again: every watch has come back by then.
_AFTER_S = 60.0
_DEADLINE_S = 120.0
_COUNT_EVERY_S = 0.25


class Storm(NamedTuple):
    """What a storm cost. `settled`: of each pool, the seconds after the API server was ready again.

    `refused`: connections that were refused while it was not there. `worst_second`: the most
    requests and refused connections in any second; `worst_at_s` after the storm began, and what
    they were.
    """

    outage_s: float
    settled: tuple[float, ...]
    requests: int
    refused: int
    worst_second: int
    worst_at_s: float
    worst_kinds: dict[str, int]


def raise_one(fleet: Fleet) -> Storm:
    """Kill the API server and all leaders, start it, and wait until each pool has a leader."""
    leaders = {pool: pool.holder() for pool in fleet.pools}
    began, began_wall = time.monotonic(), time.time()
    fleet.server.kill()
    for pool, holder in leaders.items():
        pool.lose(next(pod for pod in pool.pods if pod.identity == holder))
    with _Refusals([pod for pool in fleet.pools for pod in pool.pods]) as refusals:
        time.sleep(max(0.0, began + _OUTAGE_S - time.monotonic()))
        ready = fleet.server.start()
    say(f"- API server and {len(leaders)} leaders lost; ready again after {ready - began:.1f} s")
    settled = fleet.settle(_DEADLINE_S)
    time.sleep(max(0.0, ready + _AFTER_S - time.monotonic()))
    ours = audit.of_managers(audit.between(fleet.requests(), began_wall, time.time()))
    worst = audit.worst_second([*refusals.times, *(each.at for each in ours)])
    return Storm(
        outage_s=ready - began,
        settled=tuple(at - ready for at in settled),
        requests=len(ours),
        refused=len(refusals.times),
        worst_second=worst.number,
        worst_at_s=worst.since - began_wall,
        worst_kinds=kinds(ours, refusals.times, worst.since),
    )


def kinds(found: Sequence[Request], refused: Sequence[float], since: float) -> dict[str, int]:
    """Return what the second from this time had: by verb and resource, and refused connections."""
    until = since + audit.SECOND
    counted = audit.by_kind(audit.between(found, since, until)).most_common()
    named = {f"{verb} {resource}": count for (verb, resource), count in counted}
    return {**named, "refused": sum(since <= at < until for at in refused)}


class _Refusals:
    """When connections of pods failed, to a quarter second; they connect only to the API server."""

    def __init__(self, pods: Sequence[Pod]) -> None:
        self.times: list[float] = []
        self._pods = pods
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._count)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _count(self) -> None:
        before = self._failed()
        while not self._done.wait(_COUNT_EVERY_S):
            now = self._failed()
            self.times += [time.time()] * (now - before)
            before = now

    def _failed(self) -> int:
        return sum(failed_attempts(pod.network_counters()) for pod in self._pods)


def failed_attempts(page: str) -> int:
    """Return how many connections failed, by /proc/PID/net/snmp (RFC 1213, tcpAttemptFails)."""
    names, values = (line.split() for line in page.splitlines() if line.startswith("Tcp:"))
    return int(values[names.index("AttemptFails")])
