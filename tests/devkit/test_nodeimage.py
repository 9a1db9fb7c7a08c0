"""The images baked into a node are those that kubeadm and containerd ask for."""

import pytest

from devkit import network, nodeimage
from devkit.steps import StepError

REQUIRED = [
    "registry.example/kube-apiserver:v1.34.4",
    "registry.example/kube-proxy:v1.34.4",
    "registry.example/coredns/coredns:v1.12.1",
    "registry.example/pause:3.10.1",
    "registry.example/etcd:3.6.5-0",
]


def test_every_required_image_is_made_under_its_own_name() -> None:
    made = {part.final: part for part in nodeimage.parts(REQUIRED, "registry.example/pause:3.10")}
    assert set(REQUIRED) - set(made) == {"registry.example/pause:3.10.1"}
    assert made["registry.example/pause:3.10"].target == "pause"
    assert made["registry.example/coredns/coredns:v1.12.1"].program == "coredns"
    assert nodeimage.HELPER_IMAGE in made


def test_every_part_has_a_recipe_and_a_name_of_its_own_in_the_engine() -> None:
    made = nodeimage.parts(REQUIRED, "registry.example/pause:3.10")
    assert len({part.temporary for part in made}) == len(made)
    for part in made:
        recipe = (nodeimage.RECIPE / f"{part.recipe}.Dockerfile").read_text()
        assert f" AS {part.target}\n" in recipe


def test_an_image_that_cannot_be_made_is_named() -> None:
    with pytest.raises(StepError, match=r"kubeadm asks for registry\.example/new:1"):
        nodeimage.parts(["registry.example/new:1"], "pause:1")


def test_the_sandbox_image_is_read_from_containerds_settings() -> None:
    text = '[plugins]\n  # fixed\n  sandbox_image = "registry.example/pause:3.10"\n'
    assert nodeimage.sandbox_image(text) == "registry.example/pause:3.10"
    with pytest.raises(StepError, match="no sandbox image"):
        nodeimage.sandbox_image("[plugins]\n")


def test_the_manifests_name_the_images_that_are_baked_in() -> None:
    storage = (nodeimage.RECIPE / "files" / "default-storage.yaml").read_text()
    for part in nodeimage.parts([], "pause:1"):
        if part.final.startswith("localhost/"):
            assert f"image: {part.final}\n" in storage


def test_the_proof_runs_on_the_node_it_is_for_whatever_its_taints() -> None:
    pod = network.pod("one-worker", "helper:1")
    assert pod["spec"]["nodeName"] == "one-worker"
    assert pod["spec"]["tolerations"] == [{"operator": "Exists"}]
    assert pod["metadata"]["name"].endswith("one-worker")
