"""The examples of the earlier chart: all seven render here as they are, and say what to mend."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.earlier_tables import examples
from tests.chart.rendering import environment, render, warnings
from tests.chart.test_network_checks import MAINNET
from tests.chart.test_valid_objects import VERSIONS, validate

EXAMPLES = examples()
KEY = "cardanoNode.mithril.genesisVerificationKey"
POOL = "forgeManager.multiTenant.pool.id"
# A producer of theirs has public peers beside its relays, and a mainnet relay 16Gi.
PUBLIC = {"cardanoNode.topology": "connects to public peers"}
LITTLE = {"resources.cardanoNode.limits.memory": "16Gi, but a node on mainnet needs 24Gi"}
# What each is warned of, at least: the path, and what is said of it.
WARNED: dict[str, dict[str, str]] = {
    "mainnet-block-prod": {
        **PUBLIC,
        KEY: "Leave it null",
        POOL: "Set the id of your pool",
        "forgeManager.clusterManagement.hub.enabled": "nothing stops another cluster",
    },
    "mainnet-relay": {**LITTLE, KEY: "Leave it null"},
    "mainnet-relay-shared-socket": {**LITTLE, KEY: "Leave it null"},
    "testnet-preprod-block-prod": {**PUBLIC, POOL: "Set the id of your pool"},
    "testnet-preprod-relay": {},
    "testnet-preview-block-prod": {**PUBLIC, POOL: "Set the id of your pool"},
    "testnet-preview-relay": {},
}
# What none of them is warned of: two of three replicas leave one to be drained.
NOT_WARNED = {"podDisruptionBudget.minAvailable"}


def test_there_are_seven() -> None:
    assert set(EXAMPLES) == set(WARNED)
    assert len(EXAMPLES) == 7


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_it_renders_to_objects_that_kubernetes_takes(name: str, version: str) -> None:
    for item in render(EXAMPLES[name], kube_version=f"{version}.0").objects:
        validate(item, version)


@pytest.mark.parametrize("name", EXAMPLES)
def test_its_notes_say_what_to_mend(name: str) -> None:
    said = warnings(EXAMPLES[name], peers=True)
    for path, text in WARNED[name].items():
        assert text in said[path]
    assert NOT_WARNED.isdisjoint(said)


@pytest.mark.parametrize("name", [name for name, said in WARNED.items() if KEY in said])
def test_the_right_key_takes_the_place_of_the_wrong_one(name: str) -> None:
    node = render(EXAMPLES[name]).container("cardano-node")
    right = MAINNET["mithril"]["genesisVerificationKey"]
    assert environment(node)["GENESIS_VERIFICATION_KEY"] == right


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_it_sets_is_kept(name: str) -> None:
    values: dict[str, Any] = EXAMPLES[name]
    rendered = render(values)
    node = rendered.container("cardano-node")
    assert node["resources"] == values["resources"]["cardanoNode"]
    (claim, *_) = rendered.statefulset["spec"]["volumeClaimTemplates"]
    assert (
        claim["spec"]["resources"]["requests"]["storage"] == values["persistence"]["ledger"]["size"]
    )
    assert rendered.statefulset["spec"]["replicas"] == values["replicaCount"]
    assert rendered.topology()["localRoots"] == values["cardanoNode"]["topology"]["localRoots"]
