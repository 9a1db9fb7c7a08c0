"""Whatever values schema and checks allow: objects that Kubernetes takes, and that go together."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from tests.chart.relations import ALWAYS, broken
from tests.chart.rendering import BY_CHECK, RefusedError, Rendered, render
from tests.chart.samples import Values, at, merged, producer
from tests.chart.strategies import some_values
from tests.chart.test_names import name_limit
from tests.chart.test_valid_objects import VERSIONS, validate

pytestmark = pytest.mark.sweep
BOUNDED = settings(
    max_examples=25,
    # Without shrinking: a run of Helm each would take minutes, and a case has six changes at most.
    phases=(Phase.generate,),
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def rendered(values: Values) -> Rendered | None:
    """The objects, or None where the checks refuse: any other failure is one of the chart."""
    try:
        return render(values, kube_version=f"{VERSIONS[-1]}.0")
    except RefusedError as refusal:
        assert BY_CHECK in str(refusal), f"{refusal}\n{values}"
        return None


@BOUNDED
@given(some_values())
def test_what_is_allowed_renders_to_valid_objects_that_go_together(values: Values) -> None:
    found = rendered(values)
    assume(found is not None)
    assert found is not None
    assert [each["name"] for each in found.pod["containers"]] == ["cardano-node"]
    for item in found.objects:
        validate(item, VERSIONS[-1])
        assert len(item["metadata"]["name"]) <= name_limit(item["kind"])
    assert not broken(found, ALWAYS)


@BOUNDED
@given(some_values(), st.sampled_from([0, None, 1, 3]))
def test_no_account_gets_a_right_over_what_is_not_named(
    values: Values, replicas: int | None
) -> None:
    found = rendered(merged(values, at("replicaCount", replicas)))
    assume(found is not None)
    assert found is not None
    for item in found.objects:
        assert item["kind"] not in ("ClusterRole", "ClusterRoleBinding")
        for rule in item["rules"] if item["kind"] == "Role" else []:
            # A list that is empty allows it with all; "" is the name in a request for all.
            assert rule["verbs"] == ["create"] or all(rule.get("resourceNames") or [""]), rule


def test_names_that_yaml_takes_for_something_else_stay_names() -> None:
    values = producer(
        nameOverride="1e3",
        fullnameOverride="true",
        serviceAccount={"name": "0"},
        forgeManager={"secretName": "1", "legacy": {"lease": {"name": "2"}}},
        cardanoNode={"configMap": "3"},
        persistence={"ledger": {"existingClaim": "4"}},
    )
    for item in render(values).objects:
        validate(item, VERSIONS[-1])
