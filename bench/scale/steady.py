"""What pools cost while nothing happens."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.scale import audit, samples
from tests.support import proc_stat

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from bench.scale.fleet import Fleet
    from bench.scale.samples import Sample
    from tests.support.proc_stat import ProcStat

#: A look reads a page of every pod, which costs the machine more than their rounds meanwhile.
_SAMPLE_EVERY_S = 30.0


class Steady(NamedTuple):
    """A time without events.

    `requests` a second, also by verb and resource; `api_cpu`, `etcd_cpu`: shares of a core.
    `etcd_write_bytes`: of an average write, key and value. `metric_ratio`: all requests but watches
    since the API server's start, by its own metric, as a share of those in the audit log.
    """

    pools: int
    pods: int
    seconds: float
    requests: float
    by_kind: dict[tuple[str, str], float]
    worst_second: int
    watches: int
    api_cpu: float
    api_memory_mb: float
    etcd_cpu: float
    etcd_memory_mb: float
    etcd_write_bytes: float
    metric_ratio: float
    samples: tuple[Sample, ...]


def measure(fleet: Fleet, seconds: float) -> Steady:
    """Watch the pools for this long."""
    server = fleet.server
    writes_before = _writes(server.etcd_metrics())
    before = _used(server.pid), _used(server.etcd.pid)
    began, began_wall = time.monotonic(), time.time()
    taken: list[Sample] = []
    while (left := began + seconds - time.monotonic()) > 0:
        time.sleep(min(left, _SAMPLE_EVERY_S))
        taken += fleet.sample()
    lasted, ended_wall = time.monotonic() - began, time.time()
    after = _used(server.pid), _used(server.etcd.pid)
    counted = _counted(fleet)
    writes = _writes(server.etcd_metrics()).since(writes_before)
    audited = fleet.requests()
    ours = audit.of_managers(audit.between(audited, began_wall, ended_wall))
    kinds: Counter[tuple[str, str]] = audit.by_kind(ours)
    return Steady(
        pools=len(fleet.pools),
        pods=fleet.pod_count,
        seconds=lasted,
        requests=len(ours) / lasted,
        by_kind={kind: count / lasted for kind, count in kinds.most_common()},
        worst_second=audit.worst_second(each.at for each in ours).number,
        watches=sum(
            each.verb == "watch" and each.is_open and each.is_a_managers for each in audited
        ),
        api_cpu=(after[0].cpu_s - before[0].cpu_s) / lasted,
        api_memory_mb=after[0].memory_mb,
        etcd_cpu=(after[1].cpu_s - before[1].cpu_s) / lasted,
        etcd_memory_mb=after[1].memory_mb,
        etcd_write_bytes=writes.bytes / writes.number,
        metric_ratio=counted / sum(each.verb != "watch" for each in audited),
        samples=tuple(taken),
    )


def line(found: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return slope and intercept of the straight line nearest to these points (x, y)."""
    fitted = statistics.linear_regression(*zip(*found, strict=True))
    return fitted.slope, fitted.intercept


def _used(pid: int) -> ProcStat:
    return proc_stat.parse(Path(f"/proc/{pid}/stat").read_text())


class _Writes(NamedTuple):
    number: float
    bytes: float

    def since(self, before: _Writes) -> _Writes:
        return _Writes(self.number - before.number, self.bytes - before.bytes)


def _writes(page: str) -> _Writes:
    names = ("etcd_mvcc_put_total", "etcd_debugging_mvcc_total_put_size_in_bytes")
    return _Writes(*(samples.value(page, name) for name in names))


def _counted(fleet: Fleet) -> float:
    page = fleet.server.admin.text("/metrics")
    lines = [each for each in page.splitlines() if 'verb="WATCH"' not in each]
    return samples.value("\n".join(lines), "apiserver_request_total")
