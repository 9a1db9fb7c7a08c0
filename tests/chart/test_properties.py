"""Whatever values schema and checks allow: objects that Kubernetes takes, each named once."""

from __future__ import annotations

from functools import reduce
from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from tests.chart.hub_values import hubbed
from tests.chart.rendering import RefusedError, Rendered, render
from tests.chart.samples import Values, at, custom_network, merged, producer
from tests.chart.strategies import leaves, value
from tests.chart.test_names import name_limit
from tests.chart.test_valid_objects import VERSIONS, validate

BASES: list[Values] = [
    {},
    producer(),
    producer(cardanoNode={"network": "preprod"}, replicaCount=3),
    custom_network(),
    hubbed(),
    {"submitApi": {"enabled": True}, "ingress": {"enabled": True}},
    {"networkPolicy": {"enabled": True}, "monitoring": {"serviceMonitor": {"enabled": True}}},
]
OWN = [leaf for leaf in leaves() if leaf[0] != "replicaCount"]
BY_CHECK = "These values do not go together"
BOUNDED = settings(
    max_examples=25,
    # Without shrinking: a run of Helm each would take minutes, and a case has six changes at most.
    phases=(Phase.generate,),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@st.composite
def some_values(draw: st.DrawFn) -> Values:
    """One of the bases with up to six values of ours changed."""
    chosen = draw(st.lists(st.sampled_from(OWN), max_size=6, unique_by=lambda leaf: leaf[0]))
    changes = [at(path, draw(value(entry))) for path, entry in chosen]
    return reduce(merged, changes, draw(st.sampled_from(BASES)))


def rendered(values: Values) -> Rendered | None:
    """The objects, or None where the checks refuse: any other failure is one of the chart."""
    try:
        return render(values, kube_version=f"{VERSIONS[-1]}.0")
    except RefusedError as refusal:
        assert BY_CHECK in str(refusal), f"{refusal}\n{values}"
        return None


@BOUNDED
@given(some_values())
def test_what_is_allowed_renders_to_valid_objects_each_named_once(values: Values) -> None:
    found = rendered(values)
    assume(found is not None)
    assert found is not None
    names: list[tuple[Any, ...]] = []
    for item in found.objects:
        validate(item, VERSIONS[-1])
        metadata = item["metadata"]
        assert len(metadata["name"]) <= name_limit(item["kind"])
        names.append((item["kind"], metadata.get("namespace"), metadata["name"]))
    assert len(set(names)) == len(names)


@BOUNDED
@given(some_values())
def test_what_is_allowed_leaves_one_regular_container_and_no_name_twice(values: Values) -> None:
    found = rendered(values)
    assume(found is not None)
    assert found is not None
    assert [c["name"] for c in found.pod["containers"]] == ["cardano-node"]
    for group in (found.pod["initContainers"], found.pod["volumes"]):
        names = [entry["name"] for entry in group]
        assert len(set(names)) == len(names)
    for container in (*found.pod["initContainers"], *found.pod["containers"]):
        paths = [mount["mountPath"] for mount in container["volumeMounts"]]
        assert len(set(paths)) == len(paths), container["name"]
        variables = [entry["name"] for entry in container.get("env", [])]
        assert len(set(variables)) == len(variables), container["name"]


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
