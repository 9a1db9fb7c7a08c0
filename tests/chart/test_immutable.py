"""What Kubernetes never lets change in a StatefulSet: the same whatever the versions are."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart.rendering import CHART, render
from tests.chart.samples import Values, at, merged, producer

IMMUTABLE = ("selector", "serviceName", "podManagementPolicy", "volumeClaimTemplates")
VALUES: dict[str, Values] = {
    "relay": {},
    "producer": producer(),
    "socket": merged(producer(), at("persistence.socket.enabled", True)),
}


def immutable(values: Values, chart: Path = CHART) -> dict[str, Any]:
    spec = render(values, chart=chart).statefulset["spec"]
    return {field: spec[field] for field in IMMUTABLE}


@pytest.mark.parametrize("case", VALUES)
def test_nothing_immutable_changes_with_a_version(case: str, tmp_path: Path) -> None:
    later = tmp_path / CHART.name
    shutil.copytree(CHART, later)
    about = yaml.safe_load((CHART / "Chart.yaml").read_text())
    about.update(version="9.8.7", appVersion="99.9.9")
    (later / "Chart.yaml").write_text(yaml.safe_dump(about))
    assert immutable(VALUES[case], later) == immutable(VALUES[case])
    rendered = render(VALUES[case], chart=later)
    assert "99.9.9" in rendered.container("cardano-node")["image"]


@pytest.mark.parametrize(
    "other",
    [
        {"podLabels": {"a": "b"}},
        {"global": {"commonLabels": {"a": "b"}}},
        {"image": {"cardanoNode": {"tag": "99"}}},
        {"replicaCount": 5},
        {"updateStrategy": {"type": "OnDelete"}},
    ],
)
def test_nothing_immutable_changes_with_labels_images_or_replicas(other: Values) -> None:
    assert immutable(merged(producer(), other)) == immutable(producer())
