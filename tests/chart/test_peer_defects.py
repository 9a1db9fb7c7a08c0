"""Defects of other charts for cardano-node that no other file tries on this one."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from tests.chart.rendering import CHART, ROOT, DuplicateKeyError, environment, render
from tests.chart.samples import Values, at, ci_files

NETWORKS = json.loads((CHART / "files" / "networks.json").read_text())
SIDECAR = ROOT / "sidecar"
EVERYTHING: dict[str, Values] = {
    path.name: yaml.safe_load(path.read_text())
    for path in [*ci_files(), *sorted((ROOT / "examples").glob("*.yaml"))]
}
SUB_PATHS = {"subPath", "subPathExpr"}
#: Volumes that the kubelet brings up to date while the pod runs; under a subPath it does not.
DELIVERED = {"secret", "configMap", "projected"}
DEVELOPMENT = {"black", "mypy", "pytest", "ruff", "pip", "setuptools", "wheel"}


def test_preprod_alone_leaves_nothing_of_mainnet() -> None:
    rendered = render(at("cardanoNode.network", "preprod"))
    assert rendered.node_config()["RequiresNetworkMagic"] == "RequiresMagic"
    assert rendered.topology() == NETWORKS["preprod"]["topology"]
    env = environment(rendered.container("cardano-node"))
    mithril = NETWORKS["preprod"]["mithril"]
    assert env["AGGREGATOR_ENDPOINT"] == mithril["aggregatorEndpoint"]
    assert env["GENESIS_VERIFICATION_KEY"] == mithril["genesisVerificationKey"]
    assert "mainnet" not in json.dumps(rendered.objects)


@pytest.mark.parametrize("name", EVERYTHING)
def test_no_mapping_of_any_object_has_a_key_twice(name: str) -> None:
    common = {"app.kubernetes.io/name": "mine", "team": "a"}
    own = {"global": {"commonLabels": common, "commonAnnotations": common}, "podLabels": common}
    try:
        render({**EVERYTHING[name], **own})
    except DuplicateKeyError as error:
        pytest.fail(str(error))


@pytest.mark.parametrize("name", EVERYTHING)
def test_nothing_that_is_delivered_anew_is_mounted_by_sub_path(name: str) -> None:
    pod = render(EVERYTHING[name]).pod
    delivered = {volume["name"] for volume in pod["volumes"] if set(volume) & DELIVERED}
    for container in [*pod["initContainers"], *pod["containers"]]:
        for mount in container.get("volumeMounts", []):
            assert mount["name"] not in delivered or not set(mount) & SUB_PATHS, mount


def test_the_sidecars_image_has_a_user_and_nothing_to_develop_with() -> None:
    last_stage = (SIDECAR / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (\S+)$", last_stage, re.MULTILINE) == ["10001:10001"]
    assert "pip install" not in last_stage
    locked = set(re.findall(r"^([\w-]+)==", (SIDECAR / "requirements.txt").read_text(), re.M))
    assert locked
    assert not locked & DEVELOPMENT
