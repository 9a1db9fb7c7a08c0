"""The schema is closed and described, and a wrong value is refused with its path."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import reduce
from itertools import chain
from typing import Any

import jsonschema
import pytest

from tests.chart import part_values
from tests.chart.rendering import CHART, ROOT, RefusedError, render
from tests.chart.samples import at, defaults, merged

SCHEMA = json.loads((CHART / "values.schema.json").read_text())

# The words of the schema that refuse something.
RULES = {"additionalProperties", "const", "enum", "exclusiveMinimum", "maximum", "minimum"} | {
    "minItems",
    "minLength",
    "pattern",
    "required",
    "type",
}

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
    ("extraEnvVars", [{"value": "a"}]),
    ("extraVolumeMounts", [{"name": "a", "mountpath": "/a"}]),
    ("extraContainers", [{"image": "a"}]),
    ("extraVolumes", [{"emptyDir": {}}]),
    ("global.imageRegistry", "https://registry.example"),
    ("forgeManager.clusterManagement.region", "a"),
    ("forgeManager.clusterManagement.hub.leaseName", "a..b"),
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
    # Misspelled at each depth.
    ("replicas", 1),
    ("forgeManager.sourceKeys.kesSkey", "/a"),
    ("forgeManager.multiTenant.pool.idhex", "ab" * 28),
    ("healthChecks.forgeManager.startupProbe.httpGet.paht", "/startup-status"),
    ("cardanoNode.config.traceOptions.root.backends.stdOut", "Stdout MachineFormat"),
    # One kind of thing in place of another.
    ("image.cardanoNode", "ghcr.io/blinklabs-io/cardano-node:11.0.1-1"),
    ("cardanoNode.topology", []),
    ("cardanoNode.prometheus.enabled", {}),
    ("extraEnvVars", {"A": "b"}),
    ("cardanoNode.config.ledgerDB.snapshotInterval", "Daily"),
    ("healthChecks.cardanoNode.readinessProbe.httpGet.port", True),
    # Nothing where something is needed, or too much.
    ("image.forgeManager.repository", ""),
    ("cardanoNode.config.traceOptions.mempool.maxFrequency", 0),
    ("cardanoNode.topology.localRoots", [{"trustable": True}]),
    ("ingress.hosts", [{"host": "a.example"}]),
    ("forgeManager.metricsPort", 65536),
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


def test_there_are_many_such_cases_and_each_kind_of_rule_has_some() -> None:
    validator = jsonschema.Draft7Validator(SCHEMA)
    broken = set()
    for path, value in WRONG:
        errors = list(validator.iter_errors(merged(defaults(), at(path, value))))
        broken |= {
            str(error.validator) for error in [*errors, *chain(*(e.context for e in errors))]
        }
    assert len({(path, str(value)) for path, value in WRONG}) >= 40
    assert broken >= RULES


def closed(schema: Any, values: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The places of the defaults where the schema lists every key."""
    if "properties" in schema and isinstance(values, dict):
        if path != ("global",):  # a parent chart's are its own
            yield path
        for key in schema["properties"].keys() & values.keys():
            yield from closed(schema["properties"][key], values[key], (*path, key))


def test_a_misspelling_is_refused_wherever_it_stands() -> None:
    values = defaults()
    places = set(closed(SCHEMA, values))
    for place in places:
        reduce(dict.__getitem__, place, values)["mispelt"] = 1
    refused = {
        tuple(error.absolute_path)
        for error in jsonschema.Draft7Validator(SCHEMA).iter_errors(values)
        if error.validator == "additionalProperties" and "mispelt" in error.message
    }
    assert {len(place) for place in places} >= {0, 1, 2, 3, 4}
    assert refused == places


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
            # A parent chart's globals are its own.
            assert schema.get("additionalProperties") is False or path == "/properties/global", path


def test_every_property_is_described() -> None:
    for path, schema in objects(SCHEMA):
        for name, entry in schema.get("properties", {}).items():
            assert entry.get("description") or path.startswith("/definitions"), f"{path}/{name}"


def test_the_link_at_the_root_is_the_charts_schema() -> None:
    link = ROOT / "values.schema.json"
    assert link.is_symlink()
    assert link.resolve() == (CHART / "values.schema.json").resolve()
