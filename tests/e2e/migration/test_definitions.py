"""The earlier custom resource definitions under this chart, and the way to this chart's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from devkit.steps import StepError
from forge_manager.commands.timeline.observations import MANAGER, NODE
from tests.e2e.framework.history import is_up
from tests.e2e.migration import definitions
from tests.e2e.migration.terminal import FROM_EARLIER
from tests.support import producer

if TYPE_CHECKING:
    from devkit.kubectl import Kubectl
    from devkit.namespace import Namespace
    from tests.e2e.framework.deployment import Deployment, Object
    from tests.e2e.migration.terminal import Terminal

pytestmark = pytest.mark.timeout(300)

LEADER = f"{producer.NAME}-leader"
CLUSTER = {
    "apiVersion": "cardano.io/v1",
    "kind": "CardanoForgeCluster",
    "metadata": {"name": "of-a-pool"},
    "spec": {
        "network": {"name": "preprod", "magic": 1},
        "pool": {"id": f"pool1{'a' * 51}"},
        "region": "eu-west",
    },
}


def status(namespace: Namespace) -> Object:
    said = namespace.run("get", "cardanoleader", LEADER, "--output=json")
    found: Object = json.loads(said).get("status", {})
    return found


def conditions(namespace: Namespace) -> Object:
    return {each["type"]: each["status"] for each in status(namespace).get("conditions", [])}


def create_cluster(namespace: Namespace) -> None:
    namespace.run("create", "--dry-run=server", "--filename=-", text=json.dumps(CLUSTER))


def test_with_the_earlier_definitions_it_forges_and_says_what_is_missing(
    earlier_definitions: None, terminal: Terminal, deployment: Deployment
) -> None:
    namespace = deployment.namespace
    terminal.run(
        "helm install RELEASE charts/cardano-node -n NAMESPACE -f my-values.yaml --skip-crds"
    )
    deployment.wait_for_pod("a ready node", lambda pod: is_up(pod, NODE))
    deployment.wait_for_line(MANAGER, "CRDOutdated")
    deployment.wait_for_line(NODE, "tick")
    deployment.wait_for("what they keep", lambda: status(namespace).get("forgingEnabled"))
    assert status(namespace)["leaderPod"] == producer.POD
    assert conditions(namespace) == {}

    terminal.run(terminal.guide(FROM_EARLIER)[3])
    deployment.wait_for(
        "the whole status",
        lambda: conditions(namespace) == {"LeaderElected": "True", "Forging": "True"},
    )
    deployment.wait_for_line(MANAGER, "the API server answers again")


def test_a_pool_needs_no_hex_id_any_more_and_the_singular_is_right(
    earlier_definitions: None, kubectl: Kubectl, terminal: Terminal, namespace: Namespace
) -> None:
    with pytest.raises(StepError, match=r"spec\.pool\.idHex: Required value"):
        create_cluster(namespace)
    assert definitions.singular(kubectl, "cardanoforgeclusters") == "cardanoforgeluster"
    terminal.run(terminal.guide(FROM_EARLIER)[3])
    create_cluster(namespace)
    assert definitions.singular(kubectl, "cardanoforgeclusters") == "cardanoforgecluster"


def test_helm_4_installs_over_the_earlier_ones_once_ours_are_applied(
    earlier_definitions: None, terminal: Terminal
) -> None:
    install = "helm install RELEASE charts/cardano-node -n NAMESPACE -f my-values.yaml"
    with pytest.raises(StepError, match="conflict"):
        terminal.run(install)
    terminal.run(terminal.guide(FROM_EARLIER)[3])
    terminal.run(install)
