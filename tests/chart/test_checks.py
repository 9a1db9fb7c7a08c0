"""Values that do not go together are refused with the path and the fix, all at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.rendering import RefusedError, refused, render
from tests.chart.samples import at, custom_network, merged, producer


def pool(identity: str) -> dict[str, Any]:
    """A producer of this pool."""
    return producer(forgeManager={"multiTenant": {"enabled": True, "pool": {"id": identity}}})


KEYS = {"kesKey": "/a/k", "vrfKey": "/b/v", "opCert": "/a/c"}

# case: values, then what the message must say: the path and the way out
REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "two producers without a manager": (
        merged(at("cardanoNode.blockProducer", True), at("replicaCount", 2)),
        "cardanoNode.blockProducer",
        "Set forgeManager.enabled=true, or replicaCount=1",
    ),
    "a manager without a producer": (
        at("forgeManager.enabled", True),
        "forgeManager.enabled",
        "Set cardanoNode.blockProducer=true",
    ),
    "a custom network without magic": (
        custom_network(cardanoNode={"magic": None}),
        "cardanoNode.network",
        "Set cardanoNode.magic",
    ),
    "a custom network without genesis": (
        custom_network(cardanoNode={"genesisConfigMap": ""}),
        "cardanoNode.network",
        "Set cardanoNode.genesisConfigMap",
    ),
    "a custom network with an aggregator missing": (
        custom_network(cardanoNode={"mithril": {"enabled": True}}),
        "cardanoNode.network",
        "mithril.enabled=false",
    ),
    "targets in two directories": (
        producer(forgeManager={"targetKeys": KEYS}),
        "forgeManager.targetKeys",
        "the same directory",
    ),
    "two sockets": (
        producer(forgeManager={"nodeSocket": "/elsewhere/node.socket"}),
        "forgeManager.nodeSocket",
        "Leave it null",
    ),
    "two durations of one lease": (
        producer(
            forgeManager={
                "election": {"leaseDurationSeconds": 20},
                "legacy": {"lease": {"duration": 30}},
            }
        ),
        "forgeManager.legacy.lease.duration",
        "or remove it",
    ),
    "a producer without metrics": (
        producer(cardanoNode={"prometheus": {"enabled": False}}),
        "cardanoNode.prometheus.enabled",
        "Set it to true",
    ),
    "metrics that the manager cannot reach": (
        producer(cardanoNode={"prometheus": {"host": "10.0.0.1"}}),
        "cardanoNode.prometheus.host",
        "Set 0.0.0.0",
    ),
    "a metric that the node does not show": (
        producer(cardanoNode={"config": {"traceOptionMetricsPrefix": "mine."}}),
        "cardanoNode.config.traceOptionMetricsPrefix",
        "Change one of the two",
    ),
    "a node that would start producing by a variable of the user's": (
        producer(extraEnvVars=[{"name": "START_AS_NON_PRODUCING", "value": "false"}]),
        "extraEnvVars",
        "Remove it",
    ),
    "keys elsewhere by a variable of the user's": (
        producer(extraEnvVars=[{"name": "CARDANO_SHELLEY_KES_KEY", "value": "/mine"}]),
        "extraEnvVars",
        "Remove it",
    ),
    "no time left to end in": (
        producer(terminationGracePeriodSeconds=20),
        "terminationGracePeriodSeconds",
        "Set a longer terminationGracePeriodSeconds",
    ),
    "two replicas of a node that takes no signal": (
        producer(replicaCount=2, forgeManager={"nodeControl": "none"}),
        "forgeManager.nodeControl",
        "Set replicaCount=1",
    ),
    "the earlier project's sidecar": (
        producer(image={"forgeManager": {"repository": "ghcr.io/mochipool/cardano-forge-manager"}}),
        "image.forgeManager.repository",
        "Remove it",
    ),
    "a pool id that is too short": (
        pool("pool1abc"),
        "forgeManager.multiTenant.pool.id",
        "the 51 characters after it",
    ),
    "a pool id with a letter that bech32 has not": (
        pool("pool1" + "b" * 51),
        "forgeManager.multiTenant.pool.id",
        "the 51 characters after it",
    ),
    "two liveness probes of the node": (
        producer(
            forgeManager={"livenessFence": True},
            healthChecks={"cardanoNode": {"livenessProbe": {"enabled": True}}},
        ),
        "healthChecks.cardanoNode.livenessProbe.enabled",
        "Set one of the two to false",
    ),
    "a fence at a port that has no name": (
        producer(
            healthChecks={
                "cardanoNode": {
                    "livenessProbe": {"enabled": True, "httpGet": {"path": "/node-liveness"}}
                }
            }
        ),
        "healthChecks.cardanoNode.livenessProbe.httpGet.path",
        "Set forgeManager.livenessFence=true",
    ),
    "two replicas on one claim": (
        merged(at("replicaCount", 2), at("persistence.ledger.existingClaim", "mine")),
        "persistence.ledger.existingClaim",
        "Set replicaCount=1",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    values, path, fix = REFUSED[case]
    with pytest.raises(RefusedError) as refusal:
        render(values)
    lines = [line for line in str(refusal.value).splitlines() if line.startswith("  - ")]
    assert len(lines) == 1, refusal.value
    assert lines[0].startswith(f"  - {path}: ")
    assert fix in lines[0]


def test_all_problems_are_said_at_once() -> None:
    values = merged(REFUSED["two sockets"][0], REFUSED["two replicas on one claim"][0])
    with pytest.raises(RefusedError) as refusal:
        render(values)
    lines = [line for line in str(refusal.value).splitlines() if line.startswith("  - ")]
    assert [line.split(":")[0] for line in lines] == [
        "  - forgeManager.nodeSocket",
        "  - persistence.ledger.existingClaim",
    ]


@pytest.mark.parametrize("identity", ["", "pool1" + "q" * 51, "ab" * 28, "AB" * 28])
def test_a_pool_id_of_either_form_is_accepted(identity: str) -> None:
    assert not refused(pool(identity))
