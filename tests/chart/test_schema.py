"""The schema is closed and described, and a wrong value is refused with its path."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from tests.chart import part_values
from tests.chart.rendering import CHART, ROOT, RefusedError, render
from tests.chart.samples import at, defaults

SCHEMA = json.loads((CHART / "values.schema.json").read_text())

# dotted path, wrong value
WRONG: list[tuple[str, Any]] = [
    ("replicaCount", -1),
    ("replicaCount", "two"),
    ("cardanoNode.netwrok", "preprod"),
    ("cardanoNode.network", "mainet"),
    ("cardanoNode.magic", -1),
    ("cardanoNode.port", 70000),
    ("cardanoNode.dataDir", "data"),
    ("cardanoNode.blockProducer", "yes"),
    ("cardanoNode.prometheus.port", 0),
    ("cardanoNode.config.minNodeVersion", "ten"),
    ("cardanoNode.config.consensusMode", "Praos"),
    ("cardanoNode.config.ledgerDB.backend", "Memory"),
    ("cardanoNode.config.traceOptions.mempool.severity", "Loud"),
    ("cardanoNode.config.targetNumberOfKnownPears", 1),
    ("cardanoNode.topology.bootstrapPeers", [{"adress": "x"}]),
    ("cardanoNode.mithril.aggregatorEndpoint", "aggregator"),
    ("cardanoNode.genesisUrls.shelley", "ftp://x"),
    ("forgeManager.enable", True),
    ("forgeManager.metricsPort", "8000"),
    ("forgeManager.logLevel", "info"),
    ("forgeManager.credentialChecks", "none"),
    ("forgeManager.secretName", "My_Secret"),
    ("forgeManager.sourceKeys.kesKey", "kes.skey"),
    ("forgeManager.multiTenant.pool.idHex", "abc"),
    ("forgeManager.multiTenant.pool.ticker", "toolong"),
    ("forgeManager.legacy.lease.duration", 0),
    ("forgeManager.service.type", "Cluster"),
    ("image.forgeManager.pullPolicy", "Sometimes"),
    ("image.cardanoNode.digest", "sha256:abc"),
    ("persistence.ledger.size", "200 GB"),
    ("persistence.ledger.accessMode", "RWO"),
    ("service.p2p.type", "ExternalName"),
    ("service.metrics.annotations.a", 1),
    ("healthChecks.forgeManager.startupProbe.periodSecond", 1),
    ("healthChecks.forgeManager.startupProbe.httpGet.path", "startup-status"),
    ("healthChecks.cardanoNode.livenessProbe.enabled", "true"),
    ("terminationGracePeriodSeconds", "5m"),
    ("podLabels.team", 7),
    ("tolerations", "all"),
    ("serviceAccount.nam", "x"),
    *part_values.WRONG,
]


@pytest.mark.parametrize(("path", "value"), WRONG, ids=[f"{p}={v}" for p, v in WRONG])
def test_a_wrong_value_is_refused_with_its_path(path: str, value: Any) -> None:
    with pytest.raises(RefusedError) as refusal:
        render(at(path, value))
    *parents, key = path.split(".")
    message = str(refusal.value)
    assert key in message
    assert "/".join(parents) in message


def objects(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every sub-schema with its path."""
    if isinstance(schema, dict):
        if "type" in schema or "$ref" in schema or "enum" in schema or "anyOf" in schema:
            yield path, schema
        for key, value in schema.items():
            yield from objects(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from objects(value, f"{path}/{index}")


def test_the_schema_is_valid() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_the_defaults_are_valid() -> None:
    jsonschema.validate(defaults(), SCHEMA)


def test_every_object_of_ours_is_closed() -> None:
    for path, schema in objects(SCHEMA):
        if schema.get("type") == "object" and "properties" in schema:
            assert schema["additionalProperties"] is False, path


def test_every_property_is_described() -> None:
    for path, schema in objects(SCHEMA):
        for name, entry in schema.get("properties", {}).items():
            assert entry.get("description") or path.startswith("/definitions"), f"{path}/{name}"


def test_the_link_at_the_root_is_the_charts_schema() -> None:
    link = ROOT / "values.schema.json"
    assert link.is_symlink()
    assert link.resolve() == (CHART / "values.schema.json").resolve()
