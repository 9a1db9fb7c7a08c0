"""References of images: tag, digest, and a registry of one's own."""

from __future__ import annotations

import pytest

from tests.chart.rendering import render
from tests.chart.samples import PARTS, Values, at, merged, producer

BESIDE = producer(**PARTS)
KEYS = {
    "cardano-node": "cardanoNode",
    "cardano-forge-manager": "forgeManager",
    "submit-api": "submitApi",
    "mithril-signer": "mithrilSigner",
}
DIGEST = "sha256:" + "1" * 64


def images(values: Values) -> dict[str, str]:
    pod = render(merged(BESIDE, values)).pod
    return {c["name"]: c["image"] for c in [*pod["initContainers"], *pod["containers"]]}


def test_one_registry_serves_every_image() -> None:
    for name, image in images(at("global.imageRegistry", "mirror.example:5000/cardano/")).items():
        assert image.startswith("mirror.example:5000/cardano/"), name
        assert "ghcr.io" not in image, name


@pytest.mark.parametrize(
    ("repository", "expected"),
    [
        ("ghcr.io/a/node", "mirror/a/node"),
        ("localhost/node", "mirror/node"),
        ("registry:5000/a/node", "mirror/a/node"),
        ("a/node", "mirror/a/node"),
        ("node", "mirror/node"),
    ],
)
def test_the_registry_replaces_only_a_host(repository: str, expected: str) -> None:
    values = merged(at("global.imageRegistry", "mirror"), at("image.submitApi", {"tag": "1"}))
    image = images(merged(values, at("image.submitApi.repository", repository)))["submit-api"]
    assert image == f"{expected}:1"


@pytest.mark.parametrize("name", KEYS)
def test_a_digest_wins_over_a_tag(name: str) -> None:
    own = {"repository": "r/i", "tag": "t", "digest": DIGEST}
    assert images(at(f"image.{KEYS[name]}", own))[name] == f"r/i@{DIGEST}"
    assert images(at(f"image.{KEYS[name]}", {**own, "digest": ""}))[name] == "r/i:t"


def pull_secrets(values: Values) -> list[list[dict[str, str]] | None]:
    rendered = render(producer(**values))
    pods = (rendered.pod, rendered.get("Pod", "test-cardano-node-test")["spec"])
    return [pod.get("imagePullSecrets") for pod in pods]


def test_pull_secrets_of_release_and_parent_are_each_there_once_in_both_pods() -> None:
    assert pull_secrets({}) == [None, None]
    both: Values = {
        "imagePullSecrets": ["mine", {"name": "ours"}],
        "global": {"imagePullSecrets": [{"name": "mine"}, "ours", "theirs"]},
    }
    found = [{"name": name} for name in ("mine", "ours", "theirs")]
    assert pull_secrets(both) == [found, found]
    for alone in (both["imagePullSecrets"], both["global"]["imagePullSecrets"][:2]):
        assert pull_secrets({"imagePullSecrets": alone}) == [found[:2], found[:2]]
        assert pull_secrets({"global": {"imagePullSecrets": alone}}) == [found[:2], found[:2]]
