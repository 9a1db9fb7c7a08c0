"""Tests find the cluster and the images of the last command, or those that are given."""

from dataclasses import replace
from pathlib import Path

import pytest

from devkit import environment, images
from devkit.environment import Cluster, Environment, Images
from devkit.paths import Cache
from devkit.steps import StepError

IMAGES = Images(forge_manager="cardano-forge-manager:dev-1", standin="cardano-node-standin:dev-2")


def example(cache: Cache) -> Environment:
    state = cache.cluster("one")
    state.mkdir(parents=True)
    nodes = ("one-control-plane", "one-worker")
    cluster = Cluster("one", state / "kubeconfig", "kind-one", nodes, external=False)
    return Environment(cluster, IMAGES)


def test_what_is_saved_is_loaded(cache: Cache) -> None:
    saved = example(cache)
    environment.save(saved)
    assert environment.load("one") == saved


def test_a_cluster_of_another_making_is_not_saved(cache: Cache) -> None:
    saved = example(cache)
    environment.save(replace(saved, cluster=replace(saved.cluster, external=True)))
    with pytest.raises(StepError, match="no cluster one"):
        environment.load("one")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"cluster": {"name": 1}, "images": {}}'])
def test_a_damaged_file_is_as_good_as_none(cache: Cache, text: str) -> None:
    environment.save(example(cache))
    (cache.cluster("one") / environment.FILE).write_text(text)
    with pytest.raises(StepError, match="make images"):
        environment.load("one")


def test_images_are_given_together_with_a_cluster() -> None:
    env = {"KUBECONFIG": "/k", "FORGE_MANAGER_IMAGE": "a", "STANDIN_IMAGE": "b"}
    assert environment.given_images(env) == Images("a", "b")
    assert environment.given_images({"KUBECONFIG": "/k"}) is None
    with pytest.raises(StepError, match="STANDIN_IMAGE not set"):
        environment.given_images({"KUBECONFIG": "/k", "FORGE_MANAGER_IMAGE": "a"})
    with pytest.raises(StepError, match="KUBECONFIG, FORGE_MANAGER_IMAGE not set"):
        environment.given_images({"STANDIN_IMAGE": "b"})


def test_a_missing_kubeconfig_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORGE_MANAGER_IMAGE", "STANDIN_IMAGE"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("KUBECONFIG", "/no/such/file")
    with pytest.raises(StepError, match="KUBECONFIG=/no/such/file is not one file"):
        environment.load()


def test_an_image_is_keyed_by_its_sources_and_its_bases(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    recipe = replace(images.STANDIN, folder=tmp_path)
    first = images.reference(recipe, ("sha256:1",))
    assert first.startswith("cardano-node-standin:dev-")
    assert images.reference(recipe, ("sha256:2",)) != first
    (tmp_path / "main.py").write_text("")
    assert images.reference(recipe, ("sha256:1",)) != first


def test_the_certificates_that_the_environment_names_are_used(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text("")
    assert images.ca_bundle({}) is None
    assert images.ca_bundle({"SSL_CERT_FILE": str(tmp_path / "missing")}) is None
    assert images.ca_bundle({"PIP_CERT": "/none", "SSL_CERT_FILE": str(bundle)}) == bundle
