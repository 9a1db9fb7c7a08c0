"""The dashboard: every query parses and asks for what the page has; so do the alerts."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from devkit import prometheus, steps
from tests.alerts.rules import promtool, rules, write
from tests.chart.rendering import CHART, ROOT, render
from tests.chart.samples import at, merged
from tests.support.metric_names import series, used

DASHBOARDS = {path.name: json.loads(path.read_text()) for path in (CHART / "dashboards").iterdir()}
# Without the headings of rows, which show nothing.
PANELS = [
    panel
    for dashboard in DASHBOARDS.values()
    for panel in dashboard["panels"]
    if panel["type"] != "row"
]
QUERIES = [
    (f"{panel['title']} {target['refId']}", target["expr"])
    for panel in PANELS
    for target in panel["targets"]
]
ON = at("monitoring.grafanaDashboard.enabled", True)


def filled(query: str) -> str:
    """The query with values for the dashboard's variables; another variable stays."""
    return query.replace("$namespace", "pool").replace("$statefulset", "bp")


def test_every_query_parses(tmp_path: Path) -> None:
    chosen = [{"record": f"q:{n}", "expr": filled(query)} for n, (_, query) in enumerate(QUERIES)]
    prometheus.check_rules(promtool(), write(tmp_path / "rules.yaml", chosen))


def test_a_query_that_does_not_parse_is_noticed(tmp_path: Path) -> None:
    broken = [{"record": "q:0", "expr": "sum(cardano_startup_ready"}]
    with pytest.raises(steps.StepError, match="unclosed left parenthesis"):
        prometheus.check_rules(promtool(), write(tmp_path / "rules.yaml", broken))


@pytest.mark.parametrize(("title", "query"), QUERIES, ids=[title for title, _ in QUERIES])
def test_a_panel_asks_for_metrics_that_there_are_of_the_chosen_pods(title: str, query: str) -> None:
    assert used(query)
    assert used(query) <= series()
    assert "$" not in filled(query)
    chosen = 'namespace="$namespace", pod=~"$statefulset-[0-9]+"'
    assert query.count(chosen) == len(re.findall(r"\bcardano_\w+", query))


def test_what_is_asked_of_the_node_is_asked_for_with_and_without_its_ending() -> None:
    assert used('{__name__=~"cardano_node_metrics_slotNum(_int)?"}') == {
        "cardano_node_metrics_slotNum_int"
    }
    only_one = "max(cardano_node_metrics_slotNum)"
    assert not used(only_one) <= series()
    asked = [query for _, query in QUERIES] + [rule["expr"] for rule in rules().values()]
    plain = [query for query in asked if re.search(r"\bcardano_node_metrics_\w+[{\s\[)]", query)]
    assert plain == []


def test_the_clocks_of_the_public_networks_are_those_of_the_document() -> None:
    (query,) = (query for title, query in QUERIES if title.startswith("Tip behind the clock"))
    asked = dict(re.findall(r'(\d+) \* max by \(pod\) \([^)]*network="(\w+)"', query))
    page = (ROOT / "docs" / "node-metrics.md").read_text()
    said = re.findall(r"^\| (\w+) \| (\d+) \| (\S+Z) \| (\d+) \|$", page, re.MULTILINE)
    assert asked == {constant: network for network, _, _, constant in said}
    for _, slot, time, constant in said:
        assert datetime.fromisoformat(time).timestamp() - int(slot) == int(constant)


def test_every_alert_asks_for_metrics_that_there_are() -> None:
    unknown = {name: used(rule["expr"]) - series() for name, rule in rules().items()}
    assert {name: names for name, names in unknown.items() if names} == {}


@pytest.mark.parametrize("panel", PANELS, ids=[panel["title"] for panel in PANELS])
def test_a_panel_says_what_it_shows_and_uses_the_chosen_source(panel: dict[str, Any]) -> None:
    assert panel["description"].endswith(".")
    sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
    assert {source["uid"] for source in sources} == {"${datasource}"}


def test_a_panel_of_single_values_shows_what_is_so_now() -> None:
    """A range has a series for each phase and reason that there was in it."""
    targets = [target for panel in PANELS if panel["type"] == "stat" for target in panel["targets"]]
    assert targets
    assert [target["expr"] for target in targets if not target.get("instant")] == []


@pytest.mark.parametrize("name", DASHBOARDS)
def test_panels_do_not_overlap_and_have_numbers_of_their_own(name: str) -> None:
    panels = DASHBOARDS[name]["panels"]
    cells = [
        (x, y)
        for grid in (panel["gridPos"] for panel in panels)
        for x in range(grid["x"], grid["x"] + grid["w"])
        for y in range(grid["y"], grid["y"] + grid["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_it_is_shipped_in_a_config_map() -> None:
    settings = {"namespace": "grafana", "annotations": {"grafana_folder": "Cardano"}}
    values = merged(ON, {"monitoring": {"grafanaDashboard": settings}})
    config = render(values).get("ConfigMap", "test-cardano-node-dashboards")
    assert config["metadata"]["namespace"] == "grafana"
    assert config["metadata"]["annotations"] == {"grafana_folder": "Cardano"}
    assert config["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert {name: json.loads(text) for name, text in config["data"].items()} == DASHBOARDS


@pytest.mark.parametrize("values", [{}, merged(ON, at("monitoring.enabled", False))])
def test_there_is_none_unless_it_is_wanted(values: dict[str, Any]) -> None:
    found = render(values).of_kind("ConfigMap")
    assert not [name for name in found if name.endswith("-dashboards")]
