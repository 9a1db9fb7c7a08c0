"""What was measured, as figures beside their limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.report.figure import Figure, Limit
from bench.scale import steady

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.scale.samples import Sample
    from bench.scale.steady import Steady
    from bench.scale.storm import Storm
    from forge_manager.election.terms import Terms

#: Requests a second that a pool may cost: 35 for 50 pools.
_REQUESTS_A_POOL = 0.7
_WORST_SECOND = 200
#: Within which a storm is over, after a lease.
_SETTLED_AFTER_LEASE_S = 5
_WATCHES_A_POD = 3
_RATIO_OFF_PERCENT = 2.0


def of_rest(found: Sequence[Steady], terms: Terms) -> Iterator[Figure]:
    """Return the figures of several sizes at rest, of which the last is the whole."""
    whole, retry_s = found[-1], terms.retry_period_s
    yield Figure(
        "scale/requests",
        f"requests of {whole.pods} managers in {whole.pools} pools",
        whole.requests,
        "requests/s",
        Limit(whole.pools / retry_s, "the renewals alone"),
        _REQUESTS_A_POOL * whole.pools,
    )
    for each in found:
        yield Figure(
            f"scale/one-of-{each.pools}",
            f"requests of one pool, of {each.pools}",
            each.requests / each.pools,
            "requests/s",
            Limit(1 / retry_s, "its renewals"),
        )
    slope, base = steady.line([(each.pools, each.requests) for each in found])
    yield Figure("scale/slope", "one more pool, by a straight line", slope, "requests/s")
    yield Figure("scale/base", "without pools, by that line", base, "requests/s")
    yield from _cost(whole)
    off = max(abs(1 - each.metric_ratio) for each in found)
    yield Figure(
        "scale/counted-otherwise",
        "the API server's metric of requests differs from its audit log by",
        100 * off,
        "%",
        bound=_RATIO_OFF_PERCENT,
    )
    for (verb, resource), rate in whole.by_kind.items():
        yield Figure(f"requests/{verb}-{resource}", f"{verb} {resource}", rate, "requests/s")


def of_safety(found: Sequence[Sample], overlap_s: float, ended: Sequence[str]) -> Iterator[Figure]:
    """Return whether one pod of each pool led: by looks at pools at rest, and by all journals."""
    two, other = sum(each.has_two for each in found), sum(not each.is_settled for each in found)
    looks = f"of {len(found)} looks at a pool"
    yield Figure("leaders/two", f"two leaders or forgers, {looks}", two, "", bound=0)
    yield Figure("leaders/other-than-one", f"not exactly one, {looks}", other, "", bound=0)
    yield Figure("leaders/overlap", "two nodes of a pool forged at once", overlap_s, "s", bound=0)
    yield Figure("leaders/ended", "containers that ended unasked", len(ended), "", bound=0)


def of_storm(found: Storm, terms: Terms) -> Iterator[Figure]:
    """Return the figures of a storm."""
    yield Figure(
        "storm/settled",
        f"{len(found.settled)} pools lead again, after {found.outage_s:.0f} s without API server",
        max(found.settled),
        "s",
        Limit(terms.lease_duration_s, "the lease"),
        terms.lease_duration_s + _SETTLED_AFTER_LEASE_S,
        found.settled,
    )
    yield Figure(
        "storm/worst-second",
        f"most in a second, of {found.requests} requests and {found.refused} refused connections",
        found.worst_second,
        "requests",
        bound=_WORST_SECOND,
    )


def _cost(whole: Steady) -> Iterator[Figure]:
    yield Figure("scale/worst-second", "most requests in a second", whole.worst_second, "requests")
    yield Figure(
        "scale/watches",
        "watches that are open",
        whole.watches,
        "",
        Limit(_WATCHES_A_POD * whole.pods, "Lease, pod and CardanoLeader of each"),
    )
    yield Figure("scale/api-cpu", "API server, share of a core", 100 * whole.api_cpu, "%")
    yield Figure("scale/api-memory", "API server, memory", whole.api_memory_mb, "MB")
    yield Figure("scale/etcd-cpu", "etcd, share of a core", 100 * whole.etcd_cpu, "%")
    yield Figure("scale/etcd-memory", "etcd, memory", whole.etcd_memory_mb, "MB")
    yield Figure("scale/etcd-write", "a write to etcd", whole.etcd_write_bytes, "bytes")
