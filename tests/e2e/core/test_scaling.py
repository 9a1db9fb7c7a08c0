"""The number of replicas: by values, and what a scale by hand does to the next upgrade."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from devkit.steps import StepError
from tests.support import producer

if TYPE_CHECKING:
    from tests.e2e.framework.deployment import Deployment


def replicas(deployment: Deployment) -> int:
    found = deployment.namespace.run("get", "statefulset", producer.NAME, "--output=json")
    number: int = json.loads(found)["spec"]["replicas"]
    return number


def test_replicas_are_set_by_values_and_a_scale_by_hand_is_taken_back(
    deployment: Deployment,
) -> None:
    deployment.install({"replicaCount": 0})
    deployment.upgrade({"replicaCount": 1})
    assert replicas(deployment) == 1
    # Not to 0: that a person set it, nobody keeps (Kubernetes 1.34, the scale subresource).
    deployment.namespace.run("scale", "statefulset", producer.NAME, "--replicas=2")
    with pytest.raises(StepError, match='conflict with "kubectl"'):
        deployment.upgrade({"replicaCount": 1})
    assert replicas(deployment) == 2
    deployment.upgrade({"replicaCount": 1}, "--force-conflicts")
    assert replicas(deployment) == 1
    deployment.upgrade({"replicaCount": 0})
    assert replicas(deployment) == 0
