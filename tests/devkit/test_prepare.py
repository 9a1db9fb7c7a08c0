"""What takes long begins early, and only what will be needed."""

import pytest

from devkit import engine, environment, golang, images, kindconfig, nodeimage, prepare, toolchain
from devkit.beside import lanes
from devkit.environment import Images
from devkit.nodeimage import NodeImage

BUILT = NodeImage("cardano-forge-node:v1", published=False)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was made, in the order of its ends."""
    made: list[str] = []
    monkeypatch.delenv("NODE_IMAGE", raising=False)
    monkeypatch.setattr(engine, "ensure", lambda: made.append("engine"))
    monkeypatch.setattr(images, "build", lambda: made.append("images"))
    monkeypatch.setattr(nodeimage, "find", lambda: None)
    monkeypatch.setattr(nodeimage, "ensure_base", lambda: made.append("node's Debian"))
    monkeypatch.setattr(golang, "ensure", lambda _: made.append("node's programs"))
    monkeypatch.setattr(toolchain, "ensure", made.extend)
    return made


def begin() -> None:
    with lanes() as made:
        prepare.for_images(made)


def test_all_is_made_where_no_node_image_can_be_pulled(done: list[str]) -> None:
    begin()
    everything = {"engine", "images", "node's Debian", "node's programs", "kind", "kubectl", "helm"}
    assert set(done) == everything
    # Helm is compiled while the cluster is made.
    order = ["kind", "kubectl", "node's programs", "helm"]
    assert [one for one in done if one in order] == order
    assert done[0] == "engine"


def test_a_cluster_alone_needs_neither_images_nor_helm(done: list[str]) -> None:
    with lanes() as made:
        prepare.for_cluster(made)
    assert set(done) == {"engine", "node's Debian", "node's programs", "kind", "kubectl"}


def test_nothing_of_a_node_is_made_where_there_is_an_image(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nodeimage, "find", lambda: BUILT)
    begin()
    assert set(done) == {"engine", "images", "kind", "kubectl", "helm"}


def test_nothing_of_a_node_is_made_for_an_image_that_is_given(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kindconfig, "given_image", lambda: BUILT)
    monkeypatch.setattr(nodeimage, "find", lambda: pytest.fail("another image was looked for"))
    begin()
    assert "node's programs" not in done


def test_nothing_is_made_for_a_cluster_that_is_given(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "given_images", lambda: Images("a", "b"))
    begin()
    assert not done
