"""What is planned, and a node that ends by itself: none forges for under a second at a time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.deployment import merged
from tests.e2e.framework.replica import Part
from tests.e2e.framework.three_replicas import LEASE
from tests.support.producer import NAME

if TYPE_CHECKING:
    from devkit.namespace import Namespace
    from tests.e2e.framework.case import Case

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]


def test_rolling_update(case: Case) -> None:
    case.three_replicas.deployment.upgrade(
        {"podAnnotations": {"test/since": case.since.isoformat()}}
    )
    case.wait_until_rolled_out()
    case.judge(none_below_s=1)


def test_leader_deleted(case: Case) -> None:
    faults.delete(case)
    case.wait_for_forger(other_than=case.leader.run)
    case.watch(8)
    case.judge(none_below_s=1)


def test_leaders_machine_drained(case: Case) -> None:
    with faults.drained(case):
        case.wait_for_forger(other_than=case.leader.run)
        case.watch(5)
    case.judge(none_below_s=1)


def test_larger_claims_without_the_pods_noticing(case: Case) -> None:
    """Claim templates never change: the StatefulSet is made anew around its pods."""
    namespace, size = case.namespace, "2Gi"
    namespace.run("delete", "statefulset", NAME, "--cascade=orphan")
    case.three_replicas.deployment.upgrade({"persistence": {"ledger": {"size": size}}})
    after = case.three_replicas.settled()
    (found,) = namespace.items("statefulsets")
    (template,) = found["spec"]["volumeClaimTemplates"]
    assert template["spec"]["resources"]["requests"]["storage"] == size
    runs = [{one.run for one in (each.leader, *each.standbys)} for each in (case, after)]
    assert runs[0] == runs[1]
    case.judge(none_below_s=1)


def test_release_applied_again(case: Case) -> None:
    """As Argo CD and Flux do: what people and managers wrote in between is left alone."""
    namespace, leader = case.namespace, f"cardanoleader/{LEASE}"
    namespace.run("annotate", leader, "--overwrite", "cardano.io/hold-forging=false")
    for item in case.three_replicas.deployment.manifest():
        before = current(namespace, item)
        # Another owner's fields would conflict with the next upgrade of this release.
        namespace.apply(installed(namespace, item), owner="helm")
        assert current(namespace, item) == before
    annotations = namespace.run("get", leader, "--output=jsonpath={.metadata.annotations}")
    assert json.loads(annotations)["cardano.io/hold-forging"] == "false"
    case.watch(3)
    case.judge(none_below_s=1)


def installed(namespace: Namespace, item: dict[str, Any]) -> dict[str, Any]:
    """Return it with the annotations that Helm adds to what a chart renders."""
    helms = {
        "meta.helm.sh/release-name": NAME,
        "meta.helm.sh/release-namespace": namespace.name,
    }
    return merged(item, {"metadata": {"annotations": helms}})


def current(namespace: Namespace, item: dict[str, Any]) -> dict[str, Any]:
    """An object as it is on the server, but for who wrote what, and when."""
    said = namespace.run("get", "--filename=-", "--output=json", text=json.dumps(item))
    found: dict[str, Any]
    (found,) = json.loads(said)["items"]
    for noise in ("managedFields", "resourceVersion"):
        found["metadata"].pop(noise, None)
    return found


def test_leaders_node_killed(case: Case) -> None:
    faults.kill(case, Part.NODE)
    case.wait_for_forger(other_than=case.leader.run)
    case.watch(8)
    case.judge(none_below_s=1)
