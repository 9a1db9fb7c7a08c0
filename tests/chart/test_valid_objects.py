"""What the chart renders is what Kubernetes takes, and every file of values renders."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.chart import kubernetes_schemas, operator_schemas
from tests.chart.custom_resources import schemas_by_kind
from tests.chart.rendering import CHART, Object, render
from tests.chart.samples import Values, ci_files, custom_network, producer

# The oldest version supported and the newest whose schemas are bundled.
VERSIONS = ("1.29", kubernetes_schemas.NEWEST)
NOT_REPEATABLE = re.compile(r"\b(lookup|now|date|rand\w+|uuidv4|genPrivateKey|genSelfSigned\w*)\b")
CUSTOM = schemas_by_kind() | operator_schemas.SCHEMAS


def cases() -> dict[str, Values]:
    """Value sets by name: the files in ci/ and the samples."""
    files: dict[str, Values] = {p.name: yaml.safe_load(p.read_text()) for p in ci_files()}
    return {"defaults": {}, "producer": producer(), "custom": custom_network(), **files}


def validate(item: Object, version: str) -> None:
    """Raise unless Kubernetes, or the CRD of a custom resource, takes the object."""
    if item["kind"] in CUSTOM:
        jsonschema.validate(item, CUSTOM[item["kind"]])
    else:
        kubernetes_schemas.validate(item, version)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("case", cases())
def test_every_object_is_valid(case: str, version: str) -> None:
    for item in render(cases()[case], kube_version=f"{version}.0").objects:
        validate(item, version)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "wrong",
    [
        {"spec": {"replicas": 1}},
        {"metadata": {"lables": {}}},
        {"kind": "Services"},
        {"spec": {"ports": [{"port": "http"}]}},
    ],
    ids=["a field of another kind", "a misspelling", "no such kind", "another type"],
)
def test_an_object_that_kubernetes_does_not_know_is_refused(wrong: Values, version: str) -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}}
    validate(service, version)
    with pytest.raises((jsonschema.ValidationError, FileNotFoundError)):
        validate(service | wrong, version)


@pytest.mark.parametrize(
    "template", sorted((CHART / "templates").rglob("*.*")), ids=lambda p: p.name
)
def test_rendering_is_repeatable(template: Path) -> None:
    # GitOps tools render again and again, and would see a difference each time.
    code = re.sub(r"\{\{-?\s*/\*.*?\*/\s*-?\}\}", "", template.read_text(), flags=re.DOTALL)
    for action in re.findall(r"\{\{(.*?)\}\}", code, flags=re.DOTALL):
        assert not NOT_REPEATABLE.search(action), action


def test_every_object_is_in_the_releases_namespace() -> None:
    for item in render(producer(), namespace="elsewhere").objects:
        assert item["metadata"]["namespace"] == "elsewhere"


def test_a_version_that_lacks_native_sidecars_is_refused() -> None:
    with pytest.raises(Exception, match="kubeVersion"):
        render(kube_version="1.28.0")
