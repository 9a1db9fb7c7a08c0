"""The CardanoLeader, the CRDs it is made by, and the Service of the pod that forges."""

from __future__ import annotations

import jsonschema
import pytest

from tests.chart.custom_resources import GROUP, definitions, schemas_by_kind
from tests.chart.rendering import render
from tests.chart.samples import Values, at, merged, producer

LEADER = "test-cardano-node-leader"
FORGING = "test-cardano-node-forging"
NO_LEADER = at("forgeManager.legacy.crd.cardanoLeader.enabled", False)


def test_the_cardano_leader_has_no_status_that_gitops_tools_would_compare() -> None:
    leader = render(producer()).get("CardanoLeader", LEADER)
    assert leader["apiVersion"] == f"{GROUP}/v1"
    assert "status" not in leader


@pytest.mark.parametrize(
    "values", [{}, merged(producer(), NO_LEADER), producer(forgeManager={"nodeControl": "none"})]
)
def test_without_an_election_or_by_value_there_is_no_cardano_leader(values: Values) -> None:
    assert not render(values).of_kind("CardanoLeader")


def test_its_permissions_go_with_it() -> None:
    role = render(merged(producer(), NO_LEADER)).get("Role", "test-cardano-node-forge-manager")
    assert GROUP not in {group for rule in role["rules"] for group in rule["apiGroups"]}


def test_a_manager_that_elects_nobody_gets_no_permissions() -> None:
    rendered = render(producer(forgeManager={"nodeControl": "none"}))
    assert not rendered.of_kind("Role") and not rendered.of_kind("RoleBinding")


def test_the_forging_service_selects_the_label_that_the_managers_put_on() -> None:
    service = render(producer()).get("Service", FORGING)
    assert service["spec"]["selector"]["cardano.io/forging"] == "true"


def test_no_pod_is_born_with_the_label() -> None:
    labels = render(producer()).statefulset["spec"]["template"]["metadata"]["labels"]
    assert "cardano.io/forging" not in labels


def test_service_and_label_are_switched_off_together() -> None:
    rendered = render(producer(forgeManager={"forgingService": {"enabled": False}}))
    assert FORGING not in rendered.of_kind("Service")
    role = rendered.get("Role", "test-cardano-node-forge-manager")
    (pods,) = [rule for rule in role["rules"] if rule["resources"] == ["pods"]]
    assert "patch" not in pods["verbs"]


@pytest.mark.parametrize("kind", definitions())
def test_crd_names_are_those_that_existing_objects_have(kind: str) -> None:
    crd = definitions()[kind]
    names = crd["spec"]["names"]
    assert crd["metadata"]["name"] == f"{names['plural']}.{GROUP}"
    assert (crd["spec"]["group"], crd["spec"]["scope"]) == (GROUP, "Namespaced")
    (version,) = crd["spec"]["versions"]
    assert version["name"] == "v1"
    assert version["subresources"] == {"status": {}}


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        ("CardanoLeader", ["Leader Pod", "Forging", "Last Transition", "Age"]),
        (
            "CardanoForgeCluster",
            ["Network", "Pool", "State", "Priority", "Active Leader", "Healthy", "Age"],
        ),
    ],
)
def test_kubectl_get_shows_what_it_showed(kind: str, columns: list[str]) -> None:
    (version,) = definitions()[kind]["spec"]["versions"]
    shown = [c["name"] for c in version["additionalPrinterColumns"] if not c.get("priority")]
    assert shown == columns


def test_a_wide_list_says_of_a_cluster_whether_it_forges_and_why() -> None:
    (version,) = definitions()["CardanoForgeCluster"]["spec"]["versions"]
    wide = [c["name"] for c in version["additionalPrinterColumns"] if c.get("priority")]
    assert wide == ["Forging", "Reason"]


@pytest.mark.parametrize("pool", [{"id": "pool1abc"}, {}])
def test_a_forge_cluster_needs_no_id_of_its_pool(pool: dict[str, str]) -> None:
    spec = {
        "network": {"name": "mainnet", "magic": 764824073},
        "pool": pool,
        "region": "eu-west",
        "override": {"enabled": True, "forceState": "Enabled"},
    }
    jsonschema.validate({"spec": spec}, schemas_by_kind()["CardanoForgeCluster"])
