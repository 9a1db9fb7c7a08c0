"""What users add to the pod: containers, fields, spreading, environment, objects, sleep."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.chart.rendering import RefusedError, environment, render, warnings
from tests.chart.samples import PARTS, Values, at, merged, producer

WATCHER = {"name": "watcher", "image": "w:1"}
FIRST = {"name": "first", "image": "f:1"}
CHECKSUM = "checksum/config"


def test_containers_of_the_users_are_native_sidecars_before_guard_and_manager() -> None:
    own = {"extraContainers": [WATCHER], "extraInitContainers": [FIRST]}
    pod = render(producer(**own, **PARTS)).pod
    assert [c["name"] for c in pod["initContainers"]] == [
        "init-cardano-setup",
        "first",
        "submit-api",
        "mithril-signer",
        "watcher",
        "forge-guard",
        "cardano-forge-manager",
    ]
    assert [c["name"] for c in pod["containers"]] == ["cardano-node"]


def test_an_extra_container_keeps_running_and_an_init_container_ends() -> None:
    never = {**WATCHER, "restartPolicy": "Never"}
    rendered = render({"extraContainers": [never], "extraInitContainers": [FIRST]})
    assert rendered.container("watcher") == {**WATCHER, "restartPolicy": "Always"}
    assert rendered.container("first") == FIRST


def test_fields_of_the_pod_are_the_users() -> None:
    own = {
        "priorityClassName": "high",
        "hostNetwork": True,
        "dnsPolicy": "None",
        "dnsConfig": {"nameservers": ["1.1.1.1"]},
        "runtimeClassName": "gvisor",
        "schedulerName": "mine",
    }
    assert own.items() <= render({"podSpec": own}).pod.items()


@pytest.mark.parametrize(
    ("field", "fix"),
    [
        ("containers", "Set extraContainers instead"),
        ("volumes", "Set extraVolumes instead"),
        ("nodeSelector", "Set nodeSelector instead"),
        ("shareProcessNamespace", "Remove it"),
        ("hostPID", "Remove it"),
        ("automountServiceAccountToken", "Remove it"),
    ],
)
def test_a_field_that_is_the_charts_is_refused(field: str, fix: str) -> None:
    with pytest.raises(RefusedError, match=rf"podSpec\.{field}: the chart sets it itself\. {fix}"):
        render({"podSpec": {field: True}})


def test_every_field_that_the_chart_sets_is_refused_in_pod_spec() -> None:
    values = producer(
        replicaCount=2,
        nodeSelector={"a": "b"},
        affinity={"podAntiAffinity": {}},
        tolerations=[{"operator": "Exists"}],
        imagePullSecrets=[{"name": "a"}],
    )
    own = dict.fromkeys(render(values).pod, True)
    with pytest.raises(RefusedError) as refusal:
        render(merged(values, {"podSpec": own}))
    for field in own:
        assert f"podSpec.{field}: " in str(refusal.value)


def spread(values: Values) -> Any:
    return render(values).pod.get("topologySpreadConstraints")


def test_standbys_stand_on_machines_of_their_own_where_they_can() -> None:
    (constraint,) = spread(producer(replicaCount=2))
    assert constraint["topologyKey"] == "kubernetes.io/hostname"
    assert constraint["whenUnsatisfiable"] == "ScheduleAnyway"
    selector = render(producer()).statefulset["spec"]["selector"]
    assert constraint["labelSelector"] == selector


@pytest.mark.parametrize(
    "values",
    [producer(), at("replicaCount", 2), producer(replicaCount=2, topologySpreadConstraints=[])],
    ids=["alone", "relays", "not wanted"],
)
def test_others_spread_as_kubernetes_sees_fit(values: Values) -> None:
    assert spread(values) is None


def test_spreading_is_the_users() -> None:
    own = [{"maxSkew": 2, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}]
    assert spread(producer(replicaCount=2, topologySpreadConstraints=own)) == own


def test_a_variable_of_the_users_replaces_the_charts_and_stands_once() -> None:
    own = [{"name": "CARDANO_BIND_ADDR", "value": "127.0.0.1"}, {"name": "MINE", "value": "1"}]
    env = environment(render({"extraEnvVars": own}).container("cardano-node"))
    assert (env["CARDANO_BIND_ADDR"], env["MINE"]) == ("127.0.0.1", "1")


def test_environment_of_secrets_is_the_nodes() -> None:
    own = [{"secretRef": {"name": "a"}}]
    assert render({"extraEnvFrom": own}).container("cardano-node")["envFrom"] == own
    assert "envFrom" not in render().container("cardano-node")


def test_command_arguments_and_address_are_open_for_other_images() -> None:
    own = {"command": ["cardano-node"], "args": ["run", "--x"], "bindAddress": "::"}
    node = render(at("cardanoNode", own)).container("cardano-node")
    assert (node["command"], node["args"]) == (own["command"], own["args"])
    assert environment(node)["CARDANO_BIND_ADDR"] == "::"
    assert "args" not in render(at("cardanoNode.args", [])).container("cardano-node")
    assert render().container("cardano-node")["args"] == ["run"]


@pytest.mark.parametrize(
    ("node", "said"),
    [
        ({"args": ["run", "--x"]}, True),
        ({"command": ["cardano-node"]}, True),
        ({"args": ["run", "--start-as-non-producing-node"]}, True),
        ({}, False),
    ],
)
def test_the_warnings_name_a_command_that_may_start_producing(node: Values, said: bool) -> None:
    assert ("cardanoNode.args" in warnings(producer(cardanoNode=node))) is said
    assert "cardanoNode.args" not in warnings(at("cardanoNode", node))


def test_a_node_that_sleeps_is_not_asked_how_it_is() -> None:
    alive = at("healthChecks.cardanoNode.livenessProbe.enabled", True)
    values = producer(sleepMode=True, **alive)
    node = render(values).container("cardano-node")
    assert node["command"][:2] == ["sh", "-c"]
    assert not {"args", "readinessProbe", "livenessProbe", "lifecycle"} & set(node)
    assert node["volumeMounts"] == render(producer()).container("cardano-node")["volumeMounts"]
    assert "does not run" in warnings(values)["sleepMode"]


def test_a_changed_configuration_may_wait() -> None:
    def annotations(values: Values) -> Any:
        return render(values).statefulset["spec"]["template"]["metadata"].get("annotations") or {}

    assert CHECKSUM in annotations({})
    assert CHECKSUM not in annotations(at("rolloutOnConfigChange", False))
    note = merged(at("rolloutOnConfigChange", False), at("podAnnotations.a", "b"))
    assert annotations(note) == {"a": "b"}
    said = warnings(at("rolloutOnConfigChange", False))
    assert "next start" in said["rolloutOnConfigChange"]


def test_objects_of_the_users_are_added_with_their_templates_filled_in() -> None:
    config = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "{{ .Release.Name }}-a", "namespace": "pool"},
    }
    text = json.dumps({**config, "metadata": {"name": "text", "namespace": "pool"}})
    found = render({"extraObjects": [config, text]}).of_kind("ConfigMap")
    assert {"test-a", "text"} < set(found)
