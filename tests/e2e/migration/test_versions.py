"""From one version of this chart to the next."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
import yaml

from devkit import paths
from forge_manager.commands.timeline.observations import NODE
from tests.e2e.framework.history import is_up
from tests.e2e.framework.leader import forgers
from tests.e2e.migration import ledger
from tests.e2e.migration.terminal import BETWEEN_VERSIONS
from tests.support import producer

if TYPE_CHECKING:
    from devkit.kubectl import Kubectl
    from devkit.namespace import Namespace
    from tests.e2e.framework.deployment import Deployment, Object
    from tests.e2e.migration.terminal import Terminal

pytestmark = pytest.mark.timeout(300)

CRD = "cardanoleaders.cardano.io"


def next_version(terminal: Terminal) -> None:
    """Put the next version of the chart in the checkout: other versions, another definition."""
    terminal.chart.unlink()
    shutil.copytree(paths.REPOSITORY / "charts" / "cardano-node", terminal.chart)
    about = terminal.chart / "Chart.yaml"
    chart = yaml.safe_load(about.read_text()) | {"version": "99.0.0", "appVersion": "99.1.0"}
    about.write_text(json.dumps(chart))
    file = terminal.chart / "crds" / f"{CRD}.yaml"
    definition = yaml.safe_load(file.read_text())
    schema = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    schema["description"] = "Of the next version."
    file.write_text(json.dumps(definition))


def stateful_set(namespace: Namespace) -> Object:
    found: Object = json.loads(namespace.run("get", "statefulset", producer.NAME, "--output=json"))
    return found


def immutable(found: Object) -> Object:
    fields = ("selector", "serviceName", "podManagementPolicy", "volumeClaimTemplates")
    return {field: found["spec"][field] for field in fields}


def test_the_next_version_rolls_over_the_same_set_and_claims(
    kubectl: Kubectl, terminal: Terminal, values: Object, deployment: Deployment
) -> None:
    namespace = deployment.namespace
    values["replicaCount"] = 2
    terminal.write_values(values)
    terminal.run("helm install RELEASE charts/cardano-node -n NAMESPACE -f my-values.yaml")
    terminal.run("kubectl -n NAMESPACE rollout status statefulset STS --timeout=3m")
    ledger.write(namespace, "blocks")
    before, pods = stateful_set(namespace), namespace.items("pods")
    claim = ledger.claim_uid(namespace)

    next_version(terminal)
    terminal.write_values(values | {"podAnnotations": {"test/version": "next"}})
    (commands,) = terminal.guide(BETWEEN_VERSIONS)
    terminal.run(commands)
    terminal.run("kubectl -n NAMESPACE rollout status statefulset STS --timeout=3m")

    after = stateful_set(namespace)
    assert after["metadata"]["labels"]["helm.sh/chart"] == "cardano-node-99.0.0"
    assert after["metadata"]["uid"] == before["metadata"]["uid"]
    assert immutable(after) == immutable(before)
    uids = {pod["metadata"]["uid"] for pod in namespace.items("pods")}
    assert len(uids) == 2
    assert uids.isdisjoint(pod["metadata"]["uid"] for pod in pods)
    assert all(is_up(pod, NODE) for pod in namespace.items("pods"))
    assert (ledger.claim_uid(namespace), ledger.read(namespace)) == (claim, "blocks")
    deployment.wait_for("a pod that forges", lambda: forgers(namespace))
    served = json.loads(kubectl.text("get", "crd", CRD, "--output=json"))["spec"]["versions"][0]
    assert served["schema"]["openAPIV3Schema"]["description"] == "Of the next version."
