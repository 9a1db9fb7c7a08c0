"""Resources of the containers: what Kubernetes knows is taken, a misspelling is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart import kubernetes_schemas
from tests.chart.rendering import RefusedError, render
from tests.chart.samples import PARTS, Values, at, merged, producer

EVERYONE = producer(**PARTS)
CONTAINERS = {
    "cardanoNode": "cardano-node",
    "forgeManager": "cardano-forge-manager",
    "forgeGuard": "forge-guard",
    "mithrilSigner": "mithril-signer",
    "submitApi": "submit-api",
}
QUANTITIES: dict[str, Any] = {
    "cpu": 64,
    "memory": "64Gi",
    "ephemeral-storage": "1.5G",
    "hugepages-2Mi": "64Mi",
    "example.com/device": 1,
}


def of_part(part: str, own: Values) -> Any:
    rendered = render(merged(EVERYONE, {"resources": {part: own}}))
    if part == "helmTest":
        return rendered.get("Pod", "test-cardano-node-test")["spec"]["containers"][0]["resources"]
    return rendered.container(CONTAINERS[part])["resources"]


@pytest.mark.parametrize("part", [*CONTAINERS, "helmTest"])
def test_what_kubernetes_knows_is_taken(part: str) -> None:
    found = of_part(part, {"requests": QUANTITIES, "limits": QUANTITIES, "claims": [{"name": "a"}]})
    assert found["requests"].items() >= QUANTITIES.items()
    assert found["limits"].items() >= QUANTITIES.items()
    assert found["claims"] == [{"name": "a"}]


@pytest.mark.parametrize("part", [*CONTAINERS, "helmTest"])
@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"request": {"cpu": "1"}}, "'request' not allowed"),
        ({"requests": {"mem": "1Gi"}}, "'mem' not allowed"),
        ({"limits": {"Memory": "1Gi"}}, "'Memory' not allowed"),
        ({"limits": {"memory": "1GB"}}, "memory"),
        ({"limits": {"cpu": "-1"}}, "cpu"),
        ({"limits": {"cpu": -1}}, "cpu"),
        ({"limits": {"memory": "1 Gi"}}, "memory"),
    ],
    ids=str,
)
def test_what_it_would_refuse_or_leave_out_is_refused(part: str, own: Values, said: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        render(at(f"resources.{part}", own))
    assert f"resources/{part}" in str(refusal.value)
    assert said in str(refusal.value)


def test_the_pod_of_helm_test_has_resources_of_its_own() -> None:
    assert of_part("helmTest", {}) == {
        "requests": {"cpu": "10m", "memory": "32Mi"},
        "limits": {"memory": "64Mi"},
    }
    own = {"requests": {"cpu": "20m", "memory": "16Mi"}, "limits": {"cpu": "1", "memory": "32Mi"}}
    assert of_part("helmTest", own) == own
    item = render(producer(resources={"helmTest": own})).get("Pod", "test-cardano-node-test")
    for version in ("1.29", kubernetes_schemas.NEWEST):
        kubernetes_schemas.validate(item, version)


def test_a_request_of_a_fraction_is_read_as_one() -> None:
    found = of_part("forgeManager", {"requests": {"memory": ".5Mi"}})
    assert found["requests"]["memory"] == ".5Mi"
    # More than the chart's default limit of 1Gi: that gives way.
    found = of_part("forgeManager", {"requests": {"memory": ".5Ti"}})
    assert found["limits"]["memory"] == ".5Ti"
