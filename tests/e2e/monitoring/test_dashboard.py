"""Every panel of the dashboard has series, and all of it is a picture: light and dark.

The release has what each panel is about: several clusters, whose hub this one is, and a network
that says of itself that it is preview, with preview's first slot.
"""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest

from devkit import steps
from tests.chart.rendering import CHART
from tests.e2e.monitoring.pages import is_of_clusters, metrics_of
from tests.e2e.monitoring.picture import THEMES, draw
from tests.e2e.monitoring.watched import ON_PREVIEW, PODS, PREVIEW, watched_release
from tests.support.metric_names import documented
from tests.support.producer import NAME

if TYPE_CHECKING:
    from devkit.environment import Environment
    from tests.e2e.monitoring.server import Prometheus
    from tests.e2e.monitoring.watched import Watched

pytestmark = pytest.mark.timeout(900)

#: Where `make dashboard` has the pictures put.
DIRECTORY = "DASHBOARD_PICTURES"
ALL_PANELS = {
    **ON_PREVIEW,
    "forgeManager": {
        "clusterManagement": {
            "enabled": True,
            "region": "here",
            "healthCheck": {
                "enabled": True,
                "endpoint": "http://127.0.0.1:8000/health",
                "interval": 5,
            },
            "hub": {"enabled": True, "leaseName": "forge-of-all"},
        }
    },
}
_STEP_S = 2.0
# Words for slots of the leader, a slot every few seconds, with what happens between them.
_STORY = "lead lead lead HAND_OVER lead lead miss lead ROTATE lead lead cannot lead HAND_OVER lead"


def dashboard_of(namespace: str) -> dict[str, Any]:
    """Return the dashboard with its variables filled in."""
    text = (CHART / "dashboards" / "block-producer.json").read_text()
    filled = text.replace("$namespace", namespace).replace("$statefulset", NAME)
    dashboard: dict[str, Any] = json.loads(filled)
    return dashboard


def live_through(watched: Watched, dashboard: dict[str, Any]) -> None:
    """Blocks, one that is missed, hand-overs, a rotation, and a chain that stands still."""
    changes = {"HAND_OVER": watched.hand_over, "ROTATE": watched.rotate}
    for word in _STORY.split():
        if word in changes:
            changes[word]()
            continue
        leader = watched.wait_for_leader()
        watched.slot(leader, word)
        led = f'sum(cardano_node_metrics_Forge_about_to_lead_counter{{pod="{leader}"}})'
        (before,) = watched.prometheus.query(led) or [{"value": [0, "0"]}]

        def seen(query: str = led, more: float = float(before["value"][1]) + 5) -> bool:
            found = watched.prometheus.query(query)
            return bool(found) and float(found[0]["value"][1]) >= more

        watched.deployment.wait_for("five more slots", seen)
    leader = watched.wait_for_leader()
    watched.fault(leader, "stuck")
    (age,) = (
        target["expr"]
        for panel in dashboard["panels"]
        for target in panel.get("targets", [])
        if panel["title"] == "Time since the tip moved"
    )

    def old() -> bool:
        ages = {one["metric"]["pod"]: one["value"][1] for one in watched.prometheus.query(age)}
        return {pod for pod, seconds in ages.items() if float(seconds) > 30} == {leader}

    watched.deployment.wait_for("a tip of 30 s ago, by its panel", old)
    watched.well(leader)


def drawn(prometheus: Prometheus, lived_s: float, target: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what Grafana would draw of a target: its series, or its samples of this moment."""
    if target.get("instant"):
        now = prometheus.query(target["expr"])
        return [{"metric": one["metric"], "values": [one["value"]]} for one in now]
    return prometheus.query_range(target["expr"], lived_s, _STEP_S)


def test_every_panel_has_series_and_the_picture_is_drawn(
    environment: Environment, tmp_path_factory: pytest.TempPathFactory
) -> None:
    begun = monotonic()
    pictures = Path(os.environ.get(DIRECTORY) or tmp_path_factory.mktemp("pictures"))
    release = watched_release(
        environment, tmp_path_factory, "dashboard", network=PREVIEW, overrides=ALL_PANELS
    )
    with release as watched:
        prometheus = watched.prometheus
        dashboard = dashboard_of(watched.deployment.namespace.name)
        live_through(watched, dashboard)

        def table() -> list[str] | None:
            rows = []
            for panel in dashboard["panels"]:
                for target in panel.get("targets", []):  # the heading of a row has none
                    found = [sample["value"][1] for sample in prometheus.query(target["expr"])]
                    values = [value for value in found if value != "NaN"]
                    if not values:
                        return None
                    rows.append(f"{panel['title']:<34}{len(values):>7}  {values[0]}")
            return rows

        rows = watched.deployment.wait_for("data in every panel", table, deadline_s=60)
        steps.say("\n".join([f"\n{'panel':<34}{'series':>7}  first value", *rows]))
        on_pages = metrics_of(watched.deployment.namespace, PODS)
        assert {name for name in on_pages if is_of_clusters(name)} == {
            name for name in documented() if is_of_clusters(name)
        }
        lived_s = monotonic() - begun
        for name, theme in THEMES.items():
            path = pictures / f"dashboard-{name}.png"
            assert draw(dashboard, partial(drawn, prometheus, lived_s), theme, path) == []
            steps.say(f"drawn: {path}")
