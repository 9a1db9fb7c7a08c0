"""The rendered alerts, and promtool at work on them."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from devkit import prometheus
from tests.chart.rendering import CHART, render
from tests.chart.samples import Values, merged, producer

Rule = dict[str, Any]

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.stem for path in (CHART / "alerts").glob("*.yaml"))
# The release that the cases speak of: its namespace, pods and Lease; one of several clusters.
RELEASE: Values = producer(
    fullnameOverride="bp",
    replicaCount=3,
    monitoring={"prometheusRule": {"enabled": True}},
    forgeManager={
        "clusterManagement": {
            "enabled": True,
            "region": "eu-west",
            "hub": {"enabled": True, "kubeconfigSecret": "hub", "leaseName": "pool"},
        }
    },
)
_DEADLINE_S = 30


@cache
def promtool() -> Path:
    """The program, fetched when it is missing."""
    return prometheus.ensure()["promtool"]


def rules(values: Values | None = None) -> dict[str, Rule]:
    """The alerts of the release, by name."""
    found = render(merged(RELEASE, values or {}), namespace="pool").of_kind("PrometheusRule")
    (only,) = found.values()
    (group,) = only["spec"]["groups"]
    names = [rule["alert"] for rule in group["rules"]]
    assert len(set(names)) == len(names), f"an alert stands twice: {names}"
    return copy.deepcopy({rule["alert"]: rule for rule in group["rules"]})


def write(path: Path, chosen: list[Rule]) -> Path:
    """Write a file of rules (JSON is YAML)."""
    path.write_text(json.dumps({"groups": [{"name": "rules", "rules": chosen}]}))
    return path


def verdict(directory: Path, rule: Rule) -> str:
    """What promtool finds wrong with one rule under its cases; "" when they pass.

    Annotations are left out: promtool would compare whole sentences.
    """
    bare = {key: value for key, value in rule.items() if key != "annotations"}
    write(directory / "rules.yaml", [bare])
    shutil.copy(CASES / f"{rule['alert']}.yaml", directory / "cases.yaml")
    command = [str(promtool()), "test", "rules", str(directory / "cases.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_DEADLINE_S, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr or "failed without a word"
