"""Each alert fires on its fault and is silent otherwise, and its cases notice a changed rule."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from devkit import prometheus
from tests.alerts.rules import CASES, NAMES, RELEASE, Rule, promtool, rules, verdict, write
from tests.chart.rendering import CHART, ROOT, render
from tests.chart.samples import at, custom_network, merged, producer

RUNBOOKS = ROOT / "docs" / "runbooks"
SAID = yaml.safe_load((CHART / "Chart.yaml").read_text())
PAGES = f"{SAID['home']}/blob/v{SAID['version']}/docs/runbooks"
HEADINGS = ["Meaning", "Impact", "Diagnosis", "Mitigation"]
COMPARISON = re.compile(r"(==|!=|<=|>=|<|>)\s*(\d+(?:\.\d+)?)")
DURATION = re.compile(r"(\d+)(m|h)")


def changed(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """The rule with one of its thresholds twice or half of what it is, and what was changed."""
    for found in COMPARISON.finditer(rule["expr"]):
        number = float(found[2])
        for other in [1 - number] if number == 0 else [number * 2, number / 2]:
            text = f"{found[1]} {other:g}" if other < 1e6 else f"{found[1]} {other:.0f}"
            expr = rule["expr"][: found.start()] + text + rule["expr"][found.end() :]
            yield f"{found[0]} to {text}", {**rule, "expr": expr}
    if "for" in rule:
        held_for = DURATION.fullmatch(rule["for"])
        assert held_for is not None, rule["for"]
        for factor in (2, 0.5):
            held = f"{int(int(held_for[1]) * 60 * factor)}{'s' if held_for[2] == 'm' else 'm'}"
            yield f"for {rule['for']} to {held}", {**rule, "for": held}


@pytest.mark.parametrize("name", NAMES)
def test_it_fires_on_its_fault_and_is_silent_otherwise(name: str, tmp_path: Path) -> None:
    cases = yaml.safe_load((CASES / f"{name}.yaml").read_text())["tests"]
    expected = [one["exp_alerts"] for case in cases for one in case["alert_rule_test"]]
    assert any(expected)
    assert not all(expected)
    assert verdict(tmp_path, rules()[name]) == ""


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_threshold_is_noticed(name: str, tmp_path: Path) -> None:
    mutants = list(changed(rules()[name]))
    assert mutants
    missed = [what for what, rule in mutants if verdict(tmp_path, rule) == ""]
    assert missed == []


def test_promtool_takes_every_rule_with_its_annotations(tmp_path: Path) -> None:
    prometheus.check_rules(promtool(), write(tmp_path / "rules.yaml", list(rules().values())))


def test_each_alert_has_cases_and_a_runbook_and_there_are_no_others() -> None:
    assert {path.stem for path in CASES.iterdir()} == set(NAMES) == set(rules())
    assert {path.stem for path in RUNBOOKS.glob("Cardano*.md")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_its_file_and_its_runbook_carry_its_name(name: str) -> None:
    text = (RUNBOOKS / f"{name}.md").read_text()
    assert text.startswith(f"# {name}\n")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert rules()[name]["annotations"]["runbook_url"] == f"{PAGES}/{name}.md"


@pytest.mark.parametrize("name", NAMES)
def test_no_word_of_the_charts_is_left_in_it(name: str) -> None:
    text = re.sub(r"\$(labels|value)\b", "", str(rules()[name]))
    assert "$" not in text
    assert {"summary", "description"} <= rules()[name]["annotations"].keys()
    assert rules()[name]["labels"]["severity"] in ("critical", "warning")


def test_a_base_address_of_the_runbooks_is_taken() -> None:
    values = at("monitoring.prometheusRule.runbookBaseUrl", "https://docs.example/runbooks/")
    url = rules(values)["CardanoNoForger"]["annotations"]["runbook_url"]
    assert url == "https://docs.example/runbooks/CardanoNoForger.md"


def test_labels_of_the_users_are_put_on_each_alert_and_win() -> None:
    mine = {"team": "spo", "severity": "page"}
    found = rules(at("monitoring.prometheusRule.ruleLabels", mine))
    assert all(mine.items() <= rule["labels"].items() for rule in found.values())


def test_the_object_is_where_and_as_the_prometheus_selects_it() -> None:
    settings = {"namespace": "monitoring", "labels": {"release": "a"}, "annotations": {"b": "c"}}
    values = merged(RELEASE, {"monitoring": {"prometheusRule": settings}})
    rule = render(values, namespace="pool").get("PrometheusRule", "bp")
    assert rule["metadata"]["namespace"] == "monitoring"
    assert rule["metadata"]["labels"]["release"] == "a"
    assert rule["metadata"]["annotations"] == {"b": "c"}
    assert 'namespace="pool"' in rule["spec"]["groups"][0]["rules"][0]["expr"]


@pytest.mark.parametrize(
    "values",
    [
        producer(),
        {"monitoring": {"prometheusRule": {"enabled": True}}},
        merged(RELEASE, at("monitoring.enabled", False)),
    ],
    ids=["default", "relay", "no monitoring"],
)
def test_there_is_none(values: dict[str, object]) -> None:
    assert not render(values).of_kind("PrometheusRule")


def test_without_an_election_only_alerts_about_credentials_managers_and_nodes_remain() -> None:
    nobody = {"nodeControl": "none", "clusterManagement": {"hub": {"enabled": False}}}
    values = {"forgeManager": nobody, "replicaCount": 1}
    managed = {
        path.stem
        for path in (CHART / "alerts").iterdir()
        if yaml.safe_load(path.read_text())["when"] in ("managed", "onPublicNetwork")
    }
    assert set(rules(values)) == managed
    assert "CardanoNoForger" not in managed


@pytest.mark.parametrize("network", ["mainnet", "preprod", "preview"])
def test_on_a_public_network_the_oldest_version_that_follows_it_is_named(network: str) -> None:
    facts = json.loads((CHART / "files" / "networks.json").read_text())[network]
    rule = rules(at("cardanoNode.network", network))["CardanoNodeTooOldForNetwork"]
    major, minor, patch = map(int, facts["minNodeVersion"].split("."))
    assert rule["expr"].endswith(f"< {major * 1_000_000 + minor * 1000 + patch}\n")
    assert f"older than {facts['minNodeVersion']}, " in rule["annotations"]["description"]
    assert rule["annotations"]["summary"].endswith(f"too old for {network}")


def test_on_a_network_of_ones_own_only_its_operator_knows_the_oldest_version() -> None:
    values = custom_network()
    assert set(rules()) - set(rules(values)) == {"CardanoNodeTooOldForNetwork"}


def test_in_a_cluster_alone_no_alert_is_about_clusters() -> None:
    about = {"CardanoHubUnreachable", "CardanoNoClusterForges"}
    no_hub = rules(at("forgeManager.clusterManagement.hub.enabled", False))
    assert set(rules()) - set(no_hub) == about
    alone = merged(
        at("forgeManager.clusterManagement.hub.enabled", False),
        at("forgeManager.clusterManagement.enabled", False),
    )
    about |= {"CardanoClusterUnhealthy", "CardanoClustersNotExcluded"}
    assert set(rules()) - set(rules(alone)) == about


def test_where_the_node_does_not_say_whether_it_forges_no_alert_waits_for_that() -> None:
    found = rules(at("forgeManager.forgingMetric", ""))
    assert "CardanoForgeGuardDown" in found
    assert not [name for name, rule in found.items() if "cardano_forging_enabled" in rule["expr"]]
