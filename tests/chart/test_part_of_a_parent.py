"""The chart as a part of a parent: twice under aliases, by a condition, beside other globals."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from tests.chart.rendering import CHART, Rendered, render
from tests.chart.samples import Values, at, defaults, merged, producer

VERSION = yaml.safe_load((CHART / "Chart.yaml").read_text())["version"]


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pool: a relay and a block producer, each from this chart."""
    chart = tmp_path_factory.mktemp("parent") / "pool"
    shutil.copytree(CHART, chart / "charts" / "cardano-node")
    parts = [
        {
            "name": "cardano-node",
            "version": VERSION,
            "alias": alias,
            "condition": f"{alias}.enabled",
        }
        for alias in ("relay", "producer")
    ]
    about = {"apiVersion": "v2", "name": "pool", "version": "1.0.0", "dependencies": parts}
    (chart / "Chart.yaml").write_text(yaml.safe_dump(about))
    return chart


def both(parent: Path, **more: Values) -> Rendered:
    return render(merged({"relay": {}, "producer": producer()}, more), chart=parent)


def test_a_relay_and_a_producer_stand_side_by_side(parent: Path) -> None:
    rendered = both(parent)
    assert rendered.of_kind("StatefulSet").keys() == {"test-relay", "test-producer"}
    names = [(item["kind"], item["metadata"]["name"]) for item in rendered.objects]
    assert len({*names}) == len(names)
    selectors = {
        tuple(sorted(found["spec"]["selector"]["matchLabels"].items()))
        for found in rendered.of_kind("StatefulSet").values()
    }
    assert len(selectors) == 2


def test_each_is_left_out_by_its_condition(parent: Path) -> None:
    rendered = both(parent, relay={"enabled": False}, producer={"enabled": True})
    assert rendered.of_kind("StatefulSet").keys() == {"test-producer"}


def test_the_parents_globals_are_none_of_our_business(parent: Path) -> None:
    shared = {"postgresql": {"auth": {"username": "a"}}, "security": 7}
    rendered = both(parent, **{"global": {**shared, "commonLabels": {"team": "a"}}})
    assert rendered.objects
    for item in rendered.objects:
        assert item["metadata"]["labels"]["team"] == "a"


def test_pull_secrets_and_class_of_the_parent_are_taken(parent: Path) -> None:
    shared = {"imagePullSecrets": ["registry"], "storageClass": "fast"}
    rendered = both(parent, **{"global": shared})
    for found in rendered.of_kind("StatefulSet").values():
        assert found["spec"]["template"]["spec"]["imagePullSecrets"] == [{"name": "registry"}]
        (claim,) = found["spec"]["volumeClaimTemplates"]
        assert claim["spec"]["storageClassName"] == "fast"


@pytest.mark.parametrize("path", ["cardanoNode.port", "forgeManager", "podSecurityContext"])
def test_a_default_that_the_parent_sets_to_null_is_still_the_default(
    parent: Path, path: str
) -> None:
    assert both(parent, relay=at(path, None)).objects == both(parent).objects


def test_a_default_that_the_parents_own_values_set_to_null_is_still_the_default(
    parent: Path, tmp_path: Path
) -> None:
    chart = tmp_path / "pool"
    shutil.copytree(parent, chart)
    # Below cardanoNode null means something: no option for what is traced.
    nulls = {key: None for key in defaults() if key not in ("global", "cardanoNode")}
    (chart / "values.yaml").write_text(yaml.safe_dump({"relay": nulls}))
    assert both(chart).objects == both(parent).objects
