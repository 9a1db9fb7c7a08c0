"""Whether this cluster is fit to forge, by its health check; the own Lease's holder asks."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forge_manager.base import logs
from forge_manager.kube.changes import status_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.kube.changes import Document
    from forge_manager.multicluster.probe import Outcome
    from forge_manager.settings.cluster_spec import HealthCheck

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ClusterHealth:
    """What is known. `healthy`: None until that is decided, which counts as healthy.

    `failures`: consecutive, up to now. `probed_s`: Unix time of the last probe.
    """

    healthy: bool | None = None
    failures: int = 0
    probed_s: float | None = None
    message: str = ""
    response_s: float | None = None


UNKNOWN = ClusterHealth()


def health_in(document: Document) -> ClusterHealth:
    """Return what the status says of an unhealthy cluster, for the pod that takes over."""
    found = status_of(document).get("healthStatus")
    if not isinstance(found, dict) or found.get("healthy") is not False:
        return UNKNOWN
    failures = found.get("consecutiveFailures")
    return ClusterHealth(healthy=False, failures=failures if isinstance(failures, int) else 0)


def after(before: ClusterHealth, outcome: Outcome, threshold: int, wall_s: float) -> ClusterHealth:
    """Return what is known after a probe. `wall_s`: Unix time of it."""
    failures = 0 if outcome.ok else before.failures + 1
    healthy = before.healthy
    if outcome.ok:
        healthy = True
    elif failures >= threshold:
        healthy = False
    return ClusterHealth(healthy, failures, wall_s, outcome.message, outcome.seconds)


class HealthMonitor:
    """`turn` is called by one worker. `local`: whether this pod can prove the own Lease."""

    def __init__(
        self,
        *,
        check: Callable[[], HealthCheck],
        local: Callable[[], bool],
        former: Callable[[], ClusterHealth],
        ask: Callable[[HealthCheck], Outcome],
        clock: Callable[[], float],
        wall: Callable[[], float],
        news: Callable[[], None],
    ) -> None:
        """`former`: what the previous pod left. `news`: called when something changed."""
        self._check = check
        self._local = local
        self._former = former
        self._ask = ask
        self._clock = clock
        self._wall = wall
        self._news = news
        self._asked: HealthCheck | None = None
        self._due = 0.0
        self.health = UNKNOWN

    def turn(self) -> float | None:
        """Ask if that is due; returns when to be called again."""
        check = self._check()
        if not check.asks or not self._local():
            self._asked = None
            self._set(UNKNOWN)
            return None
        if check != self._asked:
            # A pod that takes over continues where the other stopped; a changed check starts again.
            self._set(self._former() if self._asked is None else UNKNOWN)
            self._asked = check
            self._due = self._clock()
        wait_s = self._due - self._clock()
        if wait_s > 0:
            return wait_s
        self._due = self._clock() + check.interval_s
        outcome = self._ask(check)
        self._set(after(self.health, outcome, check.failure_threshold, self._wall()))
        return 0.0

    def _set(self, health: ClusterHealth) -> None:
        before, self.health = self.health, health
        if before == health:
            return
        if health.healthy is not None and health.healthy != before.healthy:
            _log.log(
                logging.INFO if health.healthy else logging.WARNING,
                "the cluster's health check",
                extra=logs.fields(healthy=health.healthy, detail=health.message),
            )
        self._news()
