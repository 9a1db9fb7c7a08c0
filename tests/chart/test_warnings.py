"""NOTES.txt: what is in effect, and a warning, with path and reason, for what is risky."""

from __future__ import annotations

import re

import pytest

from tests.chart.part_values import CREATED
from tests.chart.rendering import assert_warned, notes, render, warnings
from tests.chart.samples import Values, at, custom_network, merged, producer

PLACEHOLDERS = [
    "pool1your-actual-mainnet-pool-id-here-replace-this-value",
    "pool1example123456789abcdefghijklmnopqrstuvwxyza1234567890",
]
TENANT = {"multiTenant": {"enabled": True, "pool": {"id": PLACEHOLDERS[0]}}}

# path: values, what is said of it
WARNED: dict[str, tuple[Values, str]] = {
    "image.cardanoNode.tag": (
        at("image.cardanoNode.tag", "11.0.0"),
        "11.0.0 is older than 11.0.1",
    ),
    "image.forgeManager.tag": (
        producer(**at("image.forgeManager.tag", "latest")),
        "a release's tag",
    ),
    "image.forgeManager.digest": (
        at("image.forgeManager.digest", f"sha256:{'a' * 64}"),
        "--reset-then-reuse-values",
    ),
    "image.forgeManager.pullPolicy": (
        producer(**at("image.forgeManager.pullPolicy", "Always")),
        "Set IfNotPresent",
    ),
    "cardanoNode.configMap": (at("cardanoNode.configMap", "mine"), "mine is not checked"),
    "healthChecks.cardanoNode.livenessProbe.enabled": (
        at("healthChecks.cardanoNode.livenessProbe.enabled", True),
        "replaying its ledger",
    ),
    "persistence.ledger.enabled": (at("persistence.ledger.enabled", False), "lost with the pod"),
    "cardanoNode.startAsNonProducing": (
        producer(**at("cardanoNode.startAsNonProducing", False)),
        "is ignored",
    ),
    "forgeManager.credentialChecks": (
        producer(forgeManager={"credentialChecks": "existence"}),
        "the gate opens for credentials that cardano-node refuses",
    ),
    "forgeManager.holdForging": (producer(forgeManager={"holdForging": True}), "nothing forges"),
    "forgeManager.livenessFence": (
        producer(forgeManager={"livenessFence": True}),
        "does not answer for 10 s",
    ),
    "forgeManager.multiTenant.pool.id": (producer(forgeManager=TENANT), "Set the id of your pool"),
}


@pytest.mark.parametrize("path", WARNED)
def test_warned(path: str) -> None:
    values, text = WARNED[path]
    assert_warned(values, path, text)


@pytest.mark.parametrize(
    ("image", "said"),
    [
        ({}, True),
        ({"tag": "dev"}, False),
        ({"digest": f"sha256:{'a' * 64}"}, False),
        ({"repository": "registry.example/manager"}, False),
    ],
    ids=["of a checkout", "a tag", "a digest", "a repository"],
)
@pytest.mark.parametrize("values", [{}, producer()], ids=["relay", "producer"])
def test_the_notes_say_that_an_image_of_a_checkout_is_nowhere(
    values: Values, image: Values, said: bool
) -> None:
    text = notes(merged(values, at("image.forgeManager", image)))
    assert ("make release REGISTRY" in text) is said


def test_a_liveness_probe_that_waits_for_the_start_is_nothing_to_warn_of() -> None:
    probes = {kind: {"enabled": True} for kind in ("livenessProbe", "startupProbe")}
    assert not warnings(at("healthChecks.cardanoNode", probes))


@pytest.mark.parametrize("values", [{}, producer()], ids=["relay", "producer"])
def test_the_defaults_are_nothing_to_warn_of(values: Values) -> None:
    assert not warnings(values)


@pytest.mark.parametrize("tag", ["11.0.1", "v11.1.2", "11.0", "11.1", "11.0.1-1", "main"])
def test_a_tag_that_is_new_enough_or_no_version_is_nothing_to_warn_of(tag: str) -> None:
    assert not warnings(at("image.cardanoNode.tag", tag))


def test_the_least_version_can_be_the_users() -> None:
    values = merged(
        at("image.cardanoNode.tag", "11.0.0"), at("cardanoNode.config.minNodeVersion", "11.0.0")
    )
    assert not warnings(values)
    newer = at("cardanoNode.config.minNodeVersion", "11.1.0")
    assert "11.0.1-1 is older than 11.1.0" in warnings(newer)["image.cardanoNode.tag"]


def test_a_whole_file_of_the_users_is_made_for_a_version_that_they_know() -> None:
    assert not warnings(
        merged(at("image.cardanoNode.tag", "11.0.0"), at("cardanoNode.configFile", "{}"))
    )


@pytest.mark.parametrize("identity", PLACEHOLDERS)
def test_the_pool_ids_of_earlier_examples_make_names_that_kubernetes_takes(identity: str) -> None:
    values = producer(forgeManager={"multiTenant": {"enabled": True, "pool": {"id": identity}}})
    (name,) = render(values).of_kind("CardanoLeader")
    assert name[-1].isalnum()
    assert "forgeManager.multiTenant.pool.id" in warnings(values)


@pytest.mark.parametrize("word", ["your-id", "EXAMPLE", "replace", "xxx", "..."])
def test_a_pool_id_that_is_to_be_replaced_is_warned_of(word: str) -> None:
    tenant = {"enabled": True, "pool": {"id": f"pool1{word}"}}
    assert "forgeManager.multiTenant.pool.id" in warnings(
        producer(forgeManager={"multiTenant": tenant})
    )


@pytest.mark.parametrize("part", ["forgeManager", "submitApi", "mithrilSigner"])
def test_a_tag_that_moves_is_nothing_to_warn_of_beside_a_digest(part: str) -> None:
    tag = "main" if part == "submitApi" else "latest"
    on = {"submitApi": {"enabled": True}, "mithrilSigner": {"enabled": part == "mithrilSigner"}}
    values = producer(**on, **at(f"image.{part}.tag", tag))
    assert f"image.{part}.tag" in warnings(values)
    pinned = merged(values, at(f"image.{part}.digest", "sha256:" + "0" * 64))
    assert f"image.{part}.tag" not in warnings(pinned)


def effects(values: Values) -> dict[str, str]:
    """What the notes say is in effect, by the first word of each line."""
    lines = notes(values).partition("In effect:\n")[2].partition("\n\n")[0].splitlines()
    found: dict[str, str] = dict(line.split(maxsplit=1) for line in lines)
    return found


def test_the_notes_say_what_is_in_effect() -> None:
    assert effects({}) == {
        "node": "ghcr.io/blinklabs-io/cardano-node:11.0.1-1",
        "memory": "24Gi, at most 32Gi",
        "ledger": "a claim of 350Gi for each pod",
        "mithril": "https://aggregator.release-mainnet.api.mithril.network/aggregator",
        "peers": "Service test-cardano-node-p2p, LoadBalancer",
        "setup": "cardano-forge-manager:0.1.0",
    }
    assert "setup" not in effects(producer())
    assert effects(producer())["manager"] == "cardano-forge-manager:0.1.0"


def commands(said: str) -> list[str]:
    """The commands in the notes, a line each."""
    lines = [line.strip() for line in said.splitlines()]
    return [line for line in lines if re.match(r"(kubectl|--|forge-manager) ?", line)]


def test_the_notes_of_a_producer_name_commands_for_its_release() -> None:
    said = notes(producer(forgeManager={"secretName": "mine", "metricsPort": 8123}), release="one")
    assert commands(said) == [
        "kubectl -n pool create secret generic mine \\",
        "--from-file=kes.skey --from-file=node.cert --from-file=vrf.skey",
        "kubectl -n pool get pod one-cardano-node-0",
        "kubectl -n pool logs one-cardano-node-0 -c cardano-forge-manager",
        "kubectl -n pool exec one-cardano-node-0 -c cardano-forge-manager -- \\",
        "forge-manager probe http://localhost:8123",
    ]


def test_the_notes_of_a_producer_alone_name_the_container_that_copies_its_keys() -> None:
    said = notes(at("cardanoNode.blockProducer", True))
    assert "forges from the start" in said
    assert commands(said)[-1] == "kubectl -n pool logs test-cardano-node-0 -c init-cardano-setup"
    assert "--from-file=kes.skey --from-file=node.cert --from-file=vrf.skey" in said


def test_the_notes_name_the_entries_of_the_secret_as_the_user_does() -> None:
    own = {"kesKey": "/secrets/my.kes", "opCert": "/elsewhere/node.cert"}
    mounted = [{"name": "cardano-data", "mountPath": "/elsewhere"}]
    said = notes(producer(forgeManager={"sourceKeys": own, "extraVolumeMounts": mounted}))
    assert "--from-file=my.kes=kes.skey --from-file=vrf.skey" in said
    assert "They are read from /elsewhere/node.cert, in your own volumes" in said


def test_the_notes_do_not_ask_for_a_secret_that_there_is() -> None:
    said = notes(merged(CREATED, at("secrets.create", True)))
    assert "which this release created from secrets.data" in said
    assert "create secret" not in said


def test_the_notes_of_a_relay_name_no_secret_and_its_next_step() -> None:
    said = notes()
    assert "Secret" not in said
    assert commands(said) == [
        "kubectl -n pool get pod test-cardano-node-0",
        "kubectl -n pool logs test-cardano-node-0 -c cardano-node --tail=20",
        "kubectl -n pool get service test-cardano-node-p2p",
    ]


@pytest.mark.parametrize(
    ("service", "where"),
    [
        ({}, "the external address, port 3001:"),
        ({"type": "NodePort"}, "any machine's address and the NodePort:"),
        ({"type": "ClusterIP"}, "test-cardano-node-p2p.pool:3001, within the cluster:"),
        ({"spec": {"type": "ClusterIP"}, "port": 6000}, "test-cardano-node-p2p.pool:6000, within"),
    ],
)
def test_the_notes_of_a_relay_say_where_others_reach_it(service: Values, where: str) -> None:
    assert f"Other nodes reach it at {where}" in notes(at("service.p2p", service))


def test_the_notes_say_how_many_pods_there_may_be() -> None:
    assert ", 3 replica(s)." in notes(at("replicaCount", 3))
    assert ", 1 to 10 replica(s)." in notes(at("autoscaling.enabled", True))


def test_the_notes_name_the_lease_by_which_one_forges() -> None:
    said = effects(producer())["election"]
    assert said == "Lease test-cardano-node-leader, 15 s; forging by the leader only"
    assert "is held off" in effects(producer(forgeManager={"holdForging": True}))["election"]


def test_the_notes_follow_the_users_sizes() -> None:
    said = effects(
        merged(
            custom_network(persistence={"ledger": {"existingClaim": "mine"}}),
            at("resources.cardanoNode.limits.memory", "3Gi"),
        )
    )
    assert said["ledger"] == "mine"
    assert said["memory"] == "not requested, at most 3Gi"
    assert said["mithril"] == "no restore"
