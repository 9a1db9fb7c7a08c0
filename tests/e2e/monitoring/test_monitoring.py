"""A real Prometheus scrapes a release: its pages are as documented, and an alert fires."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devkit import steps
from tests.e2e.monitoring.pages import is_of_clusters, metrics_of
from tests.e2e.monitoring.watched import PODS, watched_release
from tests.support.metric_names import documented
from tests.support.producer import NAME

if TYPE_CHECKING:
    from devkit.environment import Environment

pytestmark = pytest.mark.timeout(300)


def test_pages_are_as_documented_and_an_alert_fires_when_all_pods_are_gone(
    environment: Environment, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with watched_release(environment, tmp_path_factory, "monitoring") as watched:
        deployment, prometheus = watched.deployment, watched.prometheus
        live = metrics_of(deployment.namespace, PODS)
        steps.say(f"metrics on the pages of {', '.join(PODS)}: {len(live)}")
        assert live == {name: row for name, row in documented().items() if not is_of_clusters(name)}

        deployment.wait_for("no alert to fire", lambda: not prometheus.firing(), deadline_s=60)
        deployment.namespace.run("scale", "statefulset", NAME, "--replicas=0")
        expected = {"CardanoForgeManagerDown", "CardanoNoForger"}
        deployment.wait_for(f"{expected} to fire", lambda: expected <= prometheus.firing())
        fired = sorted(prometheus.firing())
        steps.say(f"fired after all pods were taken away: {', '.join(fired)}")
        assert set(fired) == expected
