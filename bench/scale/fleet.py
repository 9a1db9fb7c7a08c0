"""All pools on one API server, and what is true of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import yaml

from bench.scale import audit, samples
from bench.scale.admin import RefusedError
from bench.scale.chart import CHART, Release
from bench.scale.guards import Guards
from bench.scale.pool import Pool
from devkit.steps import say, wait_for
from tests.e2e.framework.forging_times import overlap_s
from tests.support.network import CustomNetwork

if TYPE_CHECKING:
    from pathlib import Path

    from bench.scale.api_server import ApiServer
    from bench.scale.audit import Request
    from bench.scale.samples import Sample

_REPLICAS = 4
_CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_DEADLINE_S = 300.0
_POLL_S = 0.5
#: A node says every 0.1 s that it forges; a busy machine may write it late.
TICKS_COUNT_S = 1.0


class Fleet:
    """Pools that are added and watched."""

    def __init__(self, server: ApiServer, directory: Path) -> None:
        """Create the chart's definitions."""
        self.server = server
        self._network = CustomNetwork()
        self.release = Release(self._network, _REPLICAS)
        self.pools: list[Pool] = []
        self._directory = directory
        directory.mkdir()
        self.guards = Guards(directory / "guards.log")
        for file in sorted((CHART / "crds").iterdir()):
            definition: dict[str, Any] = yaml.safe_load(file.read_text())
            server.admin.create(_CRDS, definition)
            self._wait_until_served(definition["metadata"]["name"])

    @property
    def port(self) -> int:
        """Of the managers' pages."""
        return int(self.release.variable("METRICS_PORT"))

    @property
    def pod_count(self) -> int:
        """How many pods live."""
        return sum(len(pool.pods) for pool in self.pools)

    def grow(self, pools: int) -> None:
        """Add pools up to this number, and wait until each has settled. Raises StepError."""
        began = time.monotonic()
        for number in range(len(self.pools), pools):
            pool = Pool(
                number,
                release=self.release,
                network=self._network,
                server=self.server,
                guards=self.guards,
                directory=self._directory,
            )
            self.pools.append(pool)
            pool.start()
        say(f"- {pools} pools, {self.pod_count} pods started in {time.monotonic() - began:.0f} s")
        self.settle(_DEADLINE_S)

    def sample(self) -> list[Sample]:
        """Look at every pool."""
        return [samples.take(pool, self.port, time.time() - TICKS_COUNT_S) for pool in self.pools]

    def settle(self, deadline_s: float) -> list[float]:
        """Wait until one pod of each pool leads and forges; returns when, by the monotonic clock.

        Raises StepError.
        """
        settled: dict[str, float] = {}

        def all_have() -> bool:
            for pool in self.pools:
                if pool.namespace not in settled and _is_led(pool):
                    settled[pool.namespace] = time.monotonic()
            return len(settled) == len(self.pools)

        def missing() -> str:
            waiting = [p.namespace for p in self.pools if p.namespace not in settled]
            return f"no leader in {', '.join(waiting)}"

        wait_for(
            "a leader in each pool",
            all_have,
            deadline_s=deadline_s,
            diagnose=missing,
            interval_s=_POLL_S,
        )
        return list(settled.values())

    def requests(self) -> list[Request]:
        """Return all requests that the API server has audited."""
        with self.server.audit_log.open() as log:
            return audit.requests(log)

    def overlap_s(self) -> float:
        """Return for how many seconds two nodes of one pool have forged at once, in all."""
        return sum(overlap_s(samples.forged([*pool.pods, *pool.lost])) for pool in self.pools)

    def ended(self) -> list[str]:
        """Return the containers that have ended although their pod lives."""
        pods = [
            f"{pool.namespace}/{pod.name}/{name}"
            for pool in self.pools
            for pod in pool.pods
            for name in pod.ended()
        ]
        return pods + self.guards.ended()

    def _wait_until_served(self, name: str) -> None:
        established = {"type": "Established", "status": "True"}

        def served() -> bool:
            status = self.server.admin.get(f"{_CRDS}/{name}").get("status") or {}
            conditions = status.get("conditions") or ()
            return any(established.items() <= each.items() for each in conditions)

        wait_for(f"{name} to be served", served, deadline_s=_DEADLINE_S, interval_s=_POLL_S)


def _is_led(pool: Pool) -> bool:
    """Tell whether the one pod that forges is the one that the Lease names."""
    forging = samples.forging(pool.pods, time.time() - TICKS_COUNT_S)
    try:
        return len(forging) == 1 and pool.holder() in forging
    except (OSError, RefusedError):  # no answer: it counts from the look that has one
        return False
