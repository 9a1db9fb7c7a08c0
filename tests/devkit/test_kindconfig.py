"""What is asked for by environment and arguments becomes kind's configuration."""

from typing import Any

import pytest
import yaml

from devkit import kindconfig
from devkit.kindconfig import Wanted
from devkit.nodeimage import NodeImage
from devkit.steps import StepError

BUILT = NodeImage("cardano-forge-node:v1.34.4-0123456789ab", published=False)
PUBLISHED = NodeImage("kindest/node:v1.34.0@sha256:00", published=True)


def rendered(nodes: int, image: NodeImage = BUILT) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(kindconfig.render(Wanted("one", nodes), image))
    return config


def patches(config: dict[str, Any]) -> dict[str, dict[str, Any]]:
    parsed = [yaml.safe_load(text) for text in config["kubeadmConfigPatches"]]
    return {one["kind"]: one for one in parsed}


def test_three_nodes_by_default() -> None:
    assert kindconfig.wanted({}) == Wanted("cardano-forge", 3, "10.244.0.0/16")


def test_arguments_win_over_the_environment() -> None:
    env = {"CLUSTER_NAME": "from-env", "CLUSTER_NODES": "2"}
    assert kindconfig.wanted(env) == Wanted("from-env", 2)
    assert kindconfig.wanted(env, name="given", nodes=1) == Wanted("given", 1)


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"CLUSTER_NODES": "0"}, "CLUSTER_NODES '0'"),
        ({"CLUSTER_NODES": "three"}, "CLUSTER_NODES 'three'"),
        ({"CLUSTER_NODES": "-1"}, "CLUSTER_NODES '-1'"),
        ({"CLUSTER_NAME": "Upper"}, "CLUSTER_NAME 'Upper'"),
        ({"CLUSTER_NAME": "a/../b"}, "CLUSTER_NAME 'a/../b'"),
        ({"CLUSTER_NAME": "x" * 49}, "1 to 48"),
    ],
)
def test_bad_values_are_named(env: dict[str, str], words: str) -> None:
    with pytest.raises(StepError, match=words):
        kindconfig.wanted(env)


def test_a_bad_pod_network_is_named() -> None:
    with pytest.raises(StepError, match=r"10\.0\.0\.1/8"):
        kindconfig.wanted({}, pod_network="10.0.0.1/8")


def test_nodes_have_the_names_that_kind_gives_their_containers() -> None:
    assert Wanted("one", 1).node_names() == ("one-control-plane",)
    assert Wanted("one", 4).node_names() == (
        "one-control-plane",
        "one-worker",
        "one-worker2",
        "one-worker3",
    )


def test_every_node_runs_the_image() -> None:
    config = rendered(3)
    assert [node["role"] for node in config["nodes"]] == ["control-plane", "worker", "worker"]
    assert {node["image"] for node in config["nodes"]} == {BUILT.reference}


def test_containers_restart_fast() -> None:
    kubelet = patches(rendered(1))["KubeletConfiguration"]
    assert kubelet["featureGates"]["KubeletCrashLoopBackOffMax"] is True
    assert kubelet["crashLoopBackOff"] == {"maxContainerRestartPeriod": "1s"}


def test_only_our_image_lacks_capabilities() -> None:
    assert "KubeletInUserNamespace" in patches(rendered(1))["KubeletConfiguration"]["featureGates"]
    gates = patches(rendered(1, PUBLISHED))["KubeletConfiguration"]["featureGates"]
    assert "KubeletInUserNamespace" not in gates


def test_workloads_may_run_on_the_control_plane_of_several_nodes() -> None:
    assert patches(rendered(3))["InitConfiguration"]["nodeRegistration"] == {"taints": []}
    assert "InitConfiguration" not in patches(rendered(1))


def test_the_key_changes_with_the_configuration() -> None:
    keys = {
        kindconfig.key(kindconfig.render(wanted, image))
        for wanted in (Wanted("one", 1), Wanted("one", 2), Wanted("one", 1, "10.9.0.0/16"))
        for image in (BUILT, PUBLISHED)
    }
    assert len(keys) == 6


def test_a_node_image_of_another_version_can_be_given() -> None:
    given = kindconfig.given_image({"NODE_IMAGE": "kindest/node:v1.29.14"})
    assert given == NodeImage("kindest/node:v1.29.14", published=True)
    assert kindconfig.given_image({"NODE_IMAGE": ""}) is None
    with pytest.raises(StepError, match=r"NODE_IMAGE 'kindest/node:latest'"):
        kindconfig.given_image({"NODE_IMAGE": "kindest/node:latest"})


@pytest.mark.parametrize(
    ("version", "proxy", "settings"),
    [
        ("v1.29.14", "iptables", set()),
        ("v1.32.8", "nftables", {"featureGates", "crashLoopBackOff"}),
    ],
)
def test_an_older_kubernetes_is_asked_for_nothing_it_does_not_know(
    version: str, proxy: str, settings: set[str]
) -> None:
    config = rendered(3, NodeImage(f"kindest/node:{version}", published=True))
    assert config["networking"]["kubeProxyMode"] == proxy
    kubelet = patches(config)["KubeletConfiguration"]
    assert set(kubelet) == {"kind", "apiVersion", *settings}
