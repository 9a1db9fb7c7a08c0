"""The pod: which containers there are, of which kind, in which order."""

from __future__ import annotations

import pytest

from tests.chart import kubernetes_schemas
from tests.chart.rendering import render
from tests.chart.samples import PARTS, at, merged, producer


def test_the_manager_is_a_native_sidecar_and_the_last_one_before_the_node() -> None:
    pod = render(producer()).pod
    names = [container["name"] for container in pod["initContainers"]]
    assert names == ["init-cardano-setup", "forge-guard", "cardano-forge-manager"]
    policies = [container.get("restartPolicy") for container in pod["initContainers"]]
    assert policies == [None, "Always", "Always"]


def test_the_node_is_the_only_regular_container() -> None:
    # With a second one the kubelet skips the startup gate when containers restart.
    assert [c["name"] for c in render(producer()).pod["containers"]] == ["cardano-node"]


def test_a_relay_has_no_manager_and_no_keys() -> None:
    pod = render().pod
    assert [c["name"] for c in pod["initContainers"]] == ["init-cardano-setup"]
    assert not {"cardano-secrets", "cardano-secrets-target", "api-token"} & {
        volume["name"] for volume in pod["volumes"]
    }


def test_manager_and_guard_see_the_nodes_process() -> None:
    assert render(producer()).pod["shareProcessNamespace"] is True
    assert render().pod["shareProcessNamespace"] is False


def test_setup_guard_and_manager_are_one_image() -> None:
    rendered = render(producer())
    images = {c["image"] for c in rendered.pod["initContainers"]}
    assert len(images) == 1
    assert rendered.container("init-cardano-setup")["args"] == ["prepare"]


def test_the_setup_runs_before_everything_else() -> None:
    assert render(producer()).pod["initContainers"][0]["name"] == "init-cardano-setup"


def test_immutable_fields_are_those_of_the_earlier_chart() -> None:
    spec = render(producer(), release="test").statefulset["spec"]
    assert spec["serviceName"] == "test-cardano-node"
    assert spec["podManagementPolicy"] == "Parallel"
    assert spec["selector"]["matchLabels"] == {
        "app.kubernetes.io/name": "cardano-node",
        "app.kubernetes.io/instance": "test",
        "app.kubernetes.io/component": "block-producer",
    }


def test_no_label_of_a_claim_changes_with_the_version() -> None:
    (claim,) = render().statefulset["spec"]["volumeClaimTemplates"]
    assert set(claim["metadata"]["labels"]) == {
        "app.kubernetes.io/name",
        "app.kubernetes.io/instance",
        "app.kubernetes.io/component",
    }


def test_a_changed_configuration_rolls_the_pods_out() -> None:
    def checksum(values: dict[str, object]) -> str:
        template = render(values).statefulset["spec"]["template"]
        found: str = template["metadata"]["annotations"]["checksum/config"]
        return found

    changed = producer(cardanoNode={"config": {"targetNumberOfKnownPeers": 101}})
    assert checksum(producer()) == checksum(producer()) != checksum(changed)


def test_labels_and_annotations_of_the_user_reach_the_pod() -> None:
    values = merged(at("podLabels.team", "a"), at("podAnnotations.note", "b"))
    metadata = render(values).statefulset["spec"]["template"]["metadata"]
    assert metadata["labels"]["team"] == "a"
    assert metadata["annotations"]["note"] == "b"


def test_a_pod_label_of_the_user_cannot_break_the_selector() -> None:
    values = at("podLabels", {"app.kubernetes.io/name": "other"})
    rendered = render(values).statefulset["spec"]
    selector = rendered["selector"]["matchLabels"]
    assert selector.items() <= rendered["template"]["metadata"]["labels"].items()


def test_common_labels_and_annotations_stand_on_every_object_once() -> None:
    values = merged(at("global.commonLabels.team", "a"), at("global.commonAnnotations.note", "b"))
    for item in render(merged(producer(), values)).objects:
        assert item["metadata"]["labels"]["team"] == "a", item["kind"]
        assert item["metadata"]["annotations"]["note"] == "b", item["kind"]


def test_the_node_has_time_to_end_by_itself() -> None:
    assert render().pod["terminationGracePeriodSeconds"] == 300


def test_scheduling_is_the_users() -> None:
    values = {
        "nodeSelector": {"disk": "fast"},
        "tolerations": [{"key": "only", "operator": "Exists"}],
        "affinity": {"podAntiAffinity": {}},
    }
    pod = render(values).pod
    assert {key: pod[key] for key in values} == values


def test_what_stands_beside_the_node_starts_before_guard_and_manager() -> None:
    pod = render(producer(**PARTS)).pod
    assert [c["name"] for c in pod["initContainers"]] == [
        "init-cardano-setup",
        "submit-api",
        "mithril-signer",
        "forge-guard",
        "cardano-forge-manager",
    ]
    assert [c["name"] for c in pod["containers"]] == ["cardano-node"]


def test_labels_and_annotations_of_the_statefulset_are_its_own_and_the_charts_labels_win() -> None:
    own = {"labels": {"team": "a", "app.kubernetes.io/name": "b"}, "annotations": {"note": "c"}}
    with_own, without = (render(values).statefulset for values in ({"statefulSet": own}, {}))
    assert with_own["metadata"]["labels"] == {**without["metadata"]["labels"], "team": "a"}
    assert with_own["metadata"]["annotations"] == {"note": "c"}
    assert with_own["spec"] == without["spec"]


@pytest.mark.parametrize("number", [0, 7, 2147483647])
@pytest.mark.parametrize("field", ["revisionHistoryLimit", "minReadySeconds"])
def test_history_and_patience_are_the_users_and_else_kubernetes_own(
    field: str, number: int
) -> None:
    assert field not in render().statefulset["spec"]
    found = render({"statefulSet": {field: number}}).statefulset
    assert found["spec"][field] == number
    for version in ("1.29", kubernetes_schemas.NEWEST):
        kubernetes_schemas.validate(found, version)
