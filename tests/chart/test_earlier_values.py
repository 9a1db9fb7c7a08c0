"""Values of the earlier chart: each path is accepted, at its default and at another value."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.chart.earlier_tables import file_of, rows
from tests.chart.rendering import refused, render
from tests.chart.test_every_value_counts import other
from tests.chart.test_valid_objects import VERSIONS, validate

POOL = "ab" * 28
# Default by dotted path.
EARLIER = {path: json.loads(default) for path, default in rows("earlier-values.tsv")}
# The earlier sidecar is another program: this chart cannot run with its image.
ANOTHER_PROGRAM = {"image.forgeManager.repository", "image.forgeManager.tag"}
# The earlier chart's node follows no public network any more, mainnet among them.
LEFT_BEHIND = {"image.cardanoNode.tag"}
# Where one file changes everything at once, the values must still go together.
TOGETHER: dict[str, Any] = {
    "cardanoNode.network": "preview",
    "cardanoNode.magic": "2",
    "cardanoNode.config.requiresNetworkMagic": "RequiresMagic",
    "cardanoNode.config.minNodeVersion": "99.1.0",
    "cardanoNode.config.traceOptionMetricsPrefix": "cardano.node.",
    "image.cardanoNode.tag": "99.1.0",
    "cardanoNode.configDir": "/run/config",
    **{
        f"cardanoNode.config.{name}GenesisFile": f"/run/config/{name}.json"
        for name in ("byron", "shelley", "alonzo", "conway")
    },
    "affinity": {"podAntiAffinity": {}},
    "autoscaling.behavior": {"scaleDown": {"stabilizationWindowSeconds": 7}},
    "forgeManager.multiTenant.pool.id": POOL,
    "forgeManager.multiTenant.pool.idHex": POOL,
    "forgeManager.clusterManagement.forgeState": "Disabled",
    "forgeManager.clusterManagement.healthCheck.endpoint": "https://health.example",
    "forgeManager.clusterManagement.override.expiresAt": "2030-01-01T00:00:00Z",
    "forgeManager.clusterManagement.override.forcePriority": 5,
    "forgeManager.clusterManagement.override.forceState": "Disabled",
    **{
        f"forgeManager.sourceKeys.{key}": f"/secrets/{key}"
        for key in ("kesKey", "vrfKey", "opCert")
    },
    **{f"forgeManager.targetKeys.{key}": f"/run/{key}" for key in ("kesKey", "vrfKey", "opCert")},
}
RELAY = {"cardanoNode.blockProducer", "forgeManager.enabled"}
SIGNER = {"mithrilSigner.enabled", "image.mithrilSigner.enabled"}
ONE_POD = {"persistence.ledger.existingClaim", "persistence.socket.existingClaim", *SIGNER}
# What each file leaves at its default, for it would not go with the rest.
KEPT: dict[str, set[str]] = {
    "a block producer with a standby": {
        "autoscaling.enabled",
        "cardanoNode.prometheus.enabled",
        "cardanoNode.config.turnOnLogging",
        "cardanoNode.config.useTraceDispatcher",
        *ONE_POD,
    },
    "relays that are scaled": {
        "monitoring.serviceMonitor.enabled",
        "secrets.create",
        *RELAY,
        *ONE_POD,
    },
    "a relay with a signer": {"autoscaling.enabled", "replicaCount", *RELAY},
}


def changed(path: str, default: Any) -> Any:
    """A value of the path that is not the earlier default."""
    if path.startswith("resources."):
        return "3"
    if path.startswith("healthChecks.forgeManager.") and path.endswith(".port"):
        return "forge-metrics"
    return TOGETHER[path] if path in TOGETHER else other(path, default)


def file_with_changes(case: str) -> dict[str, Any]:
    """Values by path: all but those kept differ from the earlier default."""
    kept = KEPT[case] | ANOTHER_PROGRAM
    return {path: changed(path, value) for path, value in EARLIER.items() if path not in kept}


def accepted(values: dict[str, Any]) -> None:
    for version in VERSIONS:
        for item in render(file_of(values), kube_version=f"{version}.0").objects:
            validate(item, version)


def test_the_earlier_defaults_render() -> None:
    dropped = ANOTHER_PROGRAM | LEFT_BEHIND
    accepted({path: value for path, value in EARLIER.items() if path not in dropped})


def test_the_earlier_node_is_refused_by_its_version() -> None:
    (line,) = refused(file_of({path: EARLIER[path] for path in LEFT_BEHIND}))
    assert line.startswith("image.cardanoNode.tag: 10.5.3 supports protocol versions up to 10")


@pytest.mark.parametrize("case", KEPT)
def test_other_values_than_the_earlier_defaults_render(case: str) -> None:
    accepted(file_with_changes(case))


def test_every_path_is_changed_by_some_file() -> None:
    tried = set().union(*(file_with_changes(case) for case in KEPT))
    assert tried | ANOTHER_PROGRAM == set(EARLIER)
    for case in KEPT:
        same = {path for path, value in file_with_changes(case).items() if value == EARLIER[path]}
        assert not same
