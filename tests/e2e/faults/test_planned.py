"""What is planned, and a node that ends by itself: none forges for under a second at a time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.replica import Part
from tests.e2e.framework.trio import LEASE
from tests.support.producer import NAME

if TYPE_CHECKING:
    from tests.e2e.framework.scene import Scene
    from timeline.namespace import Namespace

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]


def test_rolling_update(scene: Scene) -> None:
    scene.trio.deployment.upgrade({"podAnnotations": {"test/since": scene.since.isoformat()}})
    scene.wait_until_rolled_out()
    scene.judge(none_below_s=1)


def test_leader_deleted(scene: Scene) -> None:
    faults.delete(scene)
    scene.wait_for_forger(other_than=scene.leader.run)
    scene.watch(8)
    scene.judge(none_below_s=1)


def test_leaders_machine_drained(scene: Scene) -> None:
    with faults.drained(scene):
        scene.wait_for_forger(other_than=scene.leader.run)
        scene.watch(5)
    scene.judge(none_below_s=1)


def test_larger_claims_without_the_pods_noticing(scene: Scene) -> None:
    """Claim templates never change: the StatefulSet is made anew around its pods."""
    namespace, size = scene.namespace, "2Gi"
    namespace.run("delete", "statefulset", NAME, "--cascade=orphan")
    scene.trio.deployment.upgrade({"persistence": {"ledger": {"size": size}}})
    after = scene.trio.settled()
    (found,) = namespace.items("statefulsets")
    (template,) = found["spec"]["volumeClaimTemplates"]
    assert template["spec"]["resources"]["requests"]["storage"] == size
    runs = [{one.run for one in (each.leader, *each.standbys)} for each in (scene, after)]
    assert runs[0] == runs[1]
    scene.judge(none_below_s=1)


def test_release_applied_again(scene: Scene) -> None:
    """As Argo CD and Flux do: what people and managers wrote in between is left alone."""
    namespace, leader = scene.namespace, f"cardanoleader/{LEASE}"
    namespace.run("annotate", leader, "--overwrite", "cardano.io/hold-forging=false")
    for item in scene.trio.deployment.manifest():
        before = current(namespace, item)
        namespace.apply(item)
        assert current(namespace, item) == before
    annotations = namespace.run("get", leader, "--output=jsonpath={.metadata.annotations}")
    assert json.loads(annotations)["cardano.io/hold-forging"] == "false"
    scene.watch(3)
    scene.judge(none_below_s=1)


def current(namespace: Namespace, item: dict[str, Any]) -> dict[str, Any]:
    """An object as it is on the server, but for who wrote what, and when."""
    said = namespace.run("get", "--filename=-", "--output=json", text=json.dumps(item))
    found: dict[str, Any]
    (found,) = json.loads(said)["items"]
    for noise in ("managedFields", "resourceVersion"):
        found["metadata"].pop(noise, None)
    return found


def test_leaders_node_killed(scene: Scene) -> None:
    faults.kill(scene, Part.NODE)
    scene.wait_for_forger(other_than=scene.leader.run)
    scene.watch(8)
    scene.judge(none_below_s=1)
