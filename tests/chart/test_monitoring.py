"""ServiceMonitor and PodMonitor: what is scraped, and that nothing is scraped twice."""

from __future__ import annotations

import pytest

from tests.chart.rendering import Object, RefusedError, Rendered, render, warnings
from tests.chart.samples import Values, at, merged, producer
from tests.chart.test_valid_objects import VERSIONS, validate

NAME = "test-cardano-node"
SERVICES = at("monitoring.serviceMonitor.enabled", True)
PODS = at("monitoring.podMonitor.enabled", True)
TIER = {"tier": "one"}


def monitor(values: Values) -> Object:
    return render(merged(SERVICES, values)).get("ServiceMonitor", NAME)


def endpoints(spec: Object) -> dict[str, Object]:
    found = spec.get("endpoints") or spec.get("podMetricsEndpoints") or []
    return {endpoint["port"]: endpoint for endpoint in found}


def selected(rendered: Rendered, selector: Object) -> list[Object]:
    """Services that a selector with labels and one `In` finds."""
    (expression,) = selector["matchExpressions"]
    assert expression["operator"] == "In"

    def matches(labels: dict[str, str]) -> bool:
        known = selector["matchLabels"].items() <= labels.items()
        return known and labels.get(expression["key"]) in expression["values"]

    services = rendered.of_kind("Service").values()
    return [service for service in services if matches(service["metadata"]["labels"])]


def test_there_is_neither_by_default() -> None:
    rendered = render(producer())
    assert not rendered.of_kind("ServiceMonitor") | rendered.of_kind("PodMonitor")


@pytest.mark.parametrize("values", [SERVICES, PODS])
def test_monitoring_can_be_switched_off_as_a_whole(values: Values) -> None:
    rendered = render(merged(values, at("monitoring.enabled", False)))
    assert not rendered.of_kind("ServiceMonitor") | rendered.of_kind("PodMonitor")


@pytest.mark.parametrize(
    ("values", "ports"),
    [
        ({}, ["metrics"]),
        (producer(), ["forge-metrics", "metrics"]),
    ],
    ids=["relay", "producer"],
)
def test_each_port_is_found_at_exactly_one_service(values: Values, ports: list[str]) -> None:
    rendered = render(merged(SERVICES, values))
    spec = rendered.get("ServiceMonitor", NAME)["spec"]
    assert sorted(endpoints(spec)) == ports
    services = selected(rendered, spec["selector"])
    offered = [port["name"] for service in services for port in service["spec"]["ports"]]
    assert sorted(offered) == ports


def test_a_pod_monitor_scrapes_the_containers_ports() -> None:
    rendered = render(producer(**PODS))
    spec = rendered.get("PodMonitor", NAME)["spec"]
    everyone = [*rendered.pod["initContainers"], *rendered.pod["containers"]]
    names = {port["name"] for container in everyone for port in container.get("ports", [])}
    assert endpoints(spec).keys() == {"forge-metrics", "metrics"} <= names
    labels = rendered.statefulset["spec"]["template"]["metadata"]["labels"]
    assert spec["selector"]["matchLabels"].items() <= labels.items()


def test_common_times_are_those_of_an_endpoint_that_names_none() -> None:
    own = {"interval": "15s", "scrapeTimeout": "5s", "forgeManager": {"interval": "1m"}}
    values = producer(monitoring={"serviceMonitor": own})
    found = endpoints(monitor(values)["spec"])
    times = {port: (e["interval"], e["scrapeTimeout"]) for port, e in found.items()}
    assert times == {"metrics": ("15s", "5s"), "forge-metrics": ("1m", "5s")}


@pytest.mark.parametrize("kind", ["ServiceMonitor", "PodMonitor"])
def test_scheme_and_tls_are_by_endpoint_and_left_out_where_not_said(kind: str) -> None:
    content = {"configMap": {"name": "authority", "key": "ca.crt"}}
    own = {"scheme": "https", "tlsConfig": {"ca": content, "serverName": "node.example"}}
    values = producer(monitoring={"serviceMonitor": {"forgeManager": own}})
    on = SERVICES if kind == "ServiceMonitor" else PODS
    found = render(merged(on, values)).get(kind, NAME)
    validate(found, VERSIONS[0])
    by_port = endpoints(found["spec"])
    assert own.items() <= by_port["forge-metrics"].items()
    assert not own.keys() & by_port["metrics"].keys()


def test_paths_and_relabelings_are_by_endpoint() -> None:
    relabeling = [{"action": "labeldrop", "regex": "pod"}]
    own = {"path": "/m", "relabelings": relabeling, "metricRelabelings": relabeling}
    values = producer(monitoring={"serviceMonitor": {"cardanoNode": own}})
    found = endpoints(monitor(values)["spec"])
    assert own.items() <= found["metrics"].items()
    assert found["forge-metrics"].keys() == {"port", "path", "interval", "scrapeTimeout"}


def test_it_looks_at_the_releases_namespace_wherever_it_stands() -> None:
    found = monitor(at("monitoring.serviceMonitor.namespace", "monitoring"))
    assert found["metadata"]["namespace"] == "monitoring"
    assert found["spec"]["namespaceSelector"] == {"matchNames": ["pool"]}
    anywhere = at("monitoring.serviceMonitor.namespaceSelector", {"any": True})
    assert monitor(anywhere)["spec"]["namespaceSelector"] == {"any": True}


def test_labels_annotations_and_further_fields_are_the_users() -> None:
    own = {
        "labels": {"release": "prometheus"},
        "annotations": {"a": "b"},
        "selector": TIER,
        "jobLabel": "job",
        "targetLabels": ["tier"],
        "extraEndpoints": [{"port": "mithril", "path": "/metrics"}],
        "spec": {"fallbackScrapeProtocol": "PrometheusText0.0.4"},
    }
    for base, kind, labels in (
        (SERVICES, "ServiceMonitor", "targetLabels"),
        (PODS, "PodMonitor", "podTargetLabels"),
    ):
        found = render(
            merged(base, at("monitoring.serviceMonitor", own), at("global.commonLabels", TIER))
        ).get(kind, NAME)
        assert found["metadata"]["labels"]["release"] == "prometheus"
        assert found["metadata"]["annotations"] == {"a": "b"}
        assert found["spec"]["selector"]["matchLabels"]["tier"] == "one"
        assert found["spec"]["jobLabel"] == "job"
        assert found["spec"][labels] == ["tier"]
        assert found["spec"]["fallbackScrapeProtocol"] == "PrometheusText0.0.4"
        assert endpoints(found["spec"])["mithril"] == {"port": "mithril", "path": "/metrics"}


def test_both_monitors_at_once_are_refused() -> None:
    with pytest.raises(RefusedError, match=r"monitoring\.podMonitor\.enabled: with a Service"):
        render(merged(SERVICES, PODS))


def test_a_monitor_of_nothing_is_refused() -> None:
    with pytest.raises(RefusedError, match="monitoring: there is nothing to scrape"):
        monitor(at("cardanoNode.prometheus.enabled", False))


def test_a_monitor_that_finds_no_service_of_the_manager_is_warned_of() -> None:
    path = "forgeManager.service.enabled"
    off = producer(forgeManager={"service": {"enabled": False}})
    assert "podMonitor" in warnings(merged(off, SERVICES))[path]
    for values in (off, merged(off, PODS), producer(**SERVICES)):
        assert path not in warnings(values)
