"""A real Prometheus scrapes a release: the dashboard has data, and an alert fires."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from devkit import steps
from forge_manager.commands.timeline.observations import NODE
from tests.chart.rendering import CHART, render
from tests.chart.samples import producer as producer_values
from tests.e2e.framework.history import container
from tests.e2e.monitoring.server import Prometheus
from tests.support.metric_names import Row, documented, shown
from tests.support.producer import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devkit.environment import Environment
    from tests.e2e.framework.deployment import Deployment
    from tests.support.keys import Pool

pytestmark = pytest.mark.timeout(300)

REPLICAS = 2
PODS = [f"{NAME}-{ordinal}" for ordinal in range(REPLICAS)]


def hastened(namespace: str) -> dict[str, Any]:
    """The release's alerts, their patience counted in seconds where it is minutes."""
    values = producer_values(
        fullnameOverride=NAME,
        replicaCount=REPLICAS,
        monitoring={"prometheusRule": {"enabled": True}},
    )
    found = render(values, release=NAME, namespace=namespace).get("PrometheusRule", NAME)["spec"]
    spec: dict[str, Any] = json.loads(json.dumps(found))
    for rule in spec["groups"][0]["rules"]:
        if "for" in rule:
            rule["for"] = re.sub(r"m$", "s", rule["for"])
    return spec


def queries(namespace: str) -> list[tuple[str, str]]:
    """Title and query of each of the dashboard's targets."""
    dashboard = json.loads((CHART / "dashboards" / "block-producer.json").read_text())
    return [
        (
            panel["title"],
            target["expr"].replace("$namespace", namespace).replace("$statefulset", NAME),
        )
        for panel in dashboard["panels"]
        for target in panel.get("targets", [])  # the heading of a row has none
    ]


#: This cluster is the hub as well, and its only one.
SEVERAL = {
    "enabled": True,
    "region": "here",
    "healthCheck": {"enabled": True, "endpoint": "http://127.0.0.1:8000/health", "interval": 5},
    "hub": {"enabled": True, "leaseName": "forge-of-all"},
}


@pytest.fixture
def prometheus(
    deployment: Deployment, environment: Environment, tmp_path: Path
) -> Iterator[Prometheus]:
    namespace = deployment.namespace
    server = Prometheus(tmp_path, namespace.kubectl, namespace.name, PODS, hastened(namespace.name))
    try:
        server.start()
        yield server
    finally:
        server.stop()


def all_ready(deployment: Deployment) -> bool:
    pods = deployment.namespace.items("pods")
    ready = [pod for pod in pods if container(pod, NODE).get("ready") is True]
    return len(ready) == REPLICAS


def of_clusters(name: str) -> bool:
    """The chart's value for several clusters is off here."""
    return name.startswith("cardano_cluster_")


def of_several_clusters(query: str) -> bool:
    """Tell whether a panel shows what there is with several clusters alone."""
    return "cardano_cluster_" in query or 'lease=~"hub/' in query


def of_public_networks(query: str) -> bool:
    """Tell whether a panel shows what there is on a public network alone."""
    return 'network="mainnet"' in query


def show_panels(deployment: Deployment, prometheus: Prometheus, *, clusters: bool) -> None:
    """Wait until every panel has data, those of several clusters or all others; print them."""
    asked = queries(deployment.namespace.name)
    chosen = [
        (title, query)
        for title, query in asked
        if of_several_clusters(query) is clusters and not of_public_networks(query)
    ]
    assert chosen

    def table() -> list[tuple[str, int, str]] | None:
        rows = []
        for title, query in chosen:
            found = [sample["value"][1] for sample in prometheus.query(query)]
            values = [value for value in found if value != "NaN"]
            rows.append((title, len(values), next(iter(values), "none")))
        return rows if all(count for _, count, _ in rows) else None

    rows = deployment.wait_for("data in every panel", table, deadline_s=60)
    steps.say(f"\n{'panel':<34}{'series':>7}  first value")
    for title, count, first in rows:
        steps.say(f"{title:<34}{count:>7}  {first}")


def pages(deployment: Deployment) -> dict[str, Row]:
    """What the managers' pages show, leader's and standby's together."""
    namespace = deployment.namespace
    found: dict[str, Row] = {}
    for pod in PODS:
        path = f"/api/v1/namespaces/{namespace.name}/pods/{pod}:8000/proxy/metrics"
        for name, row in shown(namespace.kubectl.text("get", "--raw", path)).items():
            labels = row.labels | found.get(name, row).labels
            found[name] = Row(row.type, labels)
    return found


def test_every_panel_has_data_and_the_alert_fires_on_its_fault(
    deployment: Deployment, pool: Pool, prometheus: Prometheus
) -> None:
    deployment.put_secret(pool.issue())
    deployment.install({"replicaCount": REPLICAS})
    deployment.wait_for("two ready nodes", lambda: all_ready(deployment))
    forgers = f'sum(cardano_forging_enabled{{namespace="{deployment.namespace.name}"}}) == 1'
    deployment.wait_for("Prometheus to see one forger", lambda: prometheus.query(forgers))

    show_panels(deployment, prometheus, clusters=False)

    live = pages(deployment)
    steps.say(f"metrics on the pages of {', '.join(PODS)}: {len(live)}")
    assert live == {name: row for name, row in documented().items() if not of_clusters(name)}

    deployment.wait_for("no alert to fire", lambda: not prometheus.firing(), deadline_s=60)
    deployment.namespace.run("scale", "statefulset", NAME, "--replicas=0")
    expected = {"CardanoForgeManagerDown", "CardanoNoForger"}
    deployment.wait_for(f"{expected} to fire", lambda: expected <= prometheus.firing())
    steps.say(f"fired after all pods were taken away: {', '.join(sorted(prometheus.firing()))}")
    assert prometheus.firing() == expected


def test_every_panel_of_several_clusters_has_data_with_a_hub_in_this_one(
    deployment: Deployment, pool: Pool, prometheus: Prometheus
) -> None:
    deployment.put_secret(pool.issue())
    deployment.install({"replicaCount": REPLICAS, "forgeManager": {"clusterManagement": SEVERAL}})
    deployment.wait_for("two ready nodes", lambda: all_ready(deployment))
    forgers = f'sum(cardano_forging_enabled{{namespace="{deployment.namespace.name}"}}) == 1'
    deployment.wait_for("Prometheus to see one forger", lambda: prometheus.query(forgers))
    show_panels(deployment, prometheus, clusters=True)
    assert {name for name in pages(deployment) if of_clusters(name)} == {
        name for name in documented() if of_clusters(name)
    }
