"""Values, schema and templates agree: no value without a schema, none that changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.chart import part_values
from tests.chart.rendering import CHART, render
from tests.chart.samples import Values, at, custom_network, defaults, merged, producer

pytestmark = pytest.mark.sweep

SCHEMA = json.loads((CHART / "values.schema.json").read_text())

# Where the obvious other value would be refused or mean the same: another one.
OTHER: dict[str, Any] = {
    "cardanoNode.network": "preview",
    "cardanoNode.magic": 7,
    **{
        f"cardanoNode.genesisUrls.{e}": "https://o"
        for e in ("byron", "shelley", "alonzo", "conway", "checkpoints")
    },
    # What is null by default, in numbers that go together beside a block producer's own.
    **{
        f"cardanoNode.config.{name}File": "/opt/cardano/config/other.json"
        for name in (
            "checkpoints",
            "byronGenesis",
            "shelleyGenesis",
            "alonzoGenesis",
            "conwayGenesis",
        )
    },
    "cardanoNode.config.enableP2P": False,
    "cardanoNode.config.peerSharing": True,
    **{f"cardanoNode.config.lastKnownBlockVersion{p}": 9 for p in ("Major", "Minor", "Alt")},
    "cardanoNode.config.maxKnownMajorProtocolVersion": 9,
    "cardanoNode.config.ledgerDB.snapshotInterval": 1,
    "cardanoNode.config.mempoolCapacityBytesOverride": 1,
    "cardanoNode.config.minBigLedgerPeersForTrustedState": 1,
    **{
        f"cardanoNode.config.{target}": number
        for target, number in {
            "targetNumberOfActivePeers": 19,
            "targetNumberOfEstablishedPeers": 31,
            "targetNumberOfKnownPeers": 101,
            "targetNumberOfRootPeers": 99,
            "syncTargetNumberOfActivePeers": 4,
            "syncTargetNumberOfActiveBigLedgerPeers": 29,
            "syncTargetNumberOfEstablishedBigLedgerPeers": 41,
            "syncTargetNumberOfKnownBigLedgerPeers": 99,
        }.items()
    },
    "cardanoNode.config.traceOptionPeerFrequency": 1,
    "cardanoNode.config.traceOptions.root.detail": "DMaximum",
    **{
        f"cardanoNode.config.traceOptions.{part}": {"severity": "Debug"}
        for part in (
            "mempool",
            "ledgerMetrics",
            "netConnectionManagerRemoteCounters",
            "netErrorPolicy",
            "netErrorPolicyLocal",
            "netSubscriptionDNS",
            "netSubscriptionIP",
        )
    },
    "cardanoNode.config.requiresNetworkMagic": "RequiresNoMagic",
    "cardanoNode.config.minNodeVersion": "99.1.0",
    "cardanoNode.config.consensusMode": "GenesisMode",
    "cardanoNode.config.ledgerDB.backend": "V2LSM",
    "cardanoNode.config.overrides": {"Mine": 1},
    "cardanoNode.configFile": '{"UseTraceDispatcher": false, "hasPrometheus": ["0.0.0.0", 12798]}',
    "cardanoNode.topologyFile": '{"localRoots": [], "publicRoots": []}',
    "cardanoNode.config.traceOptions.root.backends.stdout": "Stdout MachineFormat",
    "cardanoNode.mithril.aggregatorEndpoint": "https://other",
    "cardanoNode.mithril.genesisVerificationKey": "ab",
    "cardanoNode.mithril.ancillaryVerificationKey": "ab",
    "cardanoNode.topology.useLedgerAfterSlot": 1,
    "cardanoNode.topology.bootstrapPeers": [{"address": "a"}],
    "cardanoNode.topology.localRoots": [{"accessPoints": [], "hotValency": 1}],
    "cardanoNode.topology.publicRoots": [{"accessPoints": []}],
    "forgeManager.nodeSocket": "/other/path",
    "cardanoNode.socketPath": "/other/path",
    "forgeManager.logLevel": "DEBUG",
    "forgeManager.nodeControl": "none",
    "forgeManager.forgingMetric": "cardano_node_metrics_other",
    "cardanoNode.prometheus.host": "127.0.0.1",
    "forgeManager.election.renewDeadlineSeconds": 9,
    "forgeManager.election.leaseDurationSeconds": 20,
    "forgeManager.legacy.lease.duration": 20,
    "forgeManager.election.retryPeriodSeconds": 3,
    "forgeManager.logFormat": "json",
    "forgeManager.credentialChecks": "existence",
    "forgeManager.multiTenant.pool.idHex": "ab" * 28,
    "forgeManager.multiTenant.pool.ticker": "ABC",
    "image.cardanoNode.digest": "sha256:" + "0" * 64,
    "image.forgeManager.digest": "sha256:" + "0" * 64,
    "image.cardanoNode.tag": "other",
    "image.forgeManager.tag": "other",
    "image.cardanoNode.pullPolicy": "Never",
    "image.forgeManager.pullPolicy": "Never",
    "imagePullSecrets": [{"name": "a"}],
    "persistence.ledger.accessMode": "ReadWriteMany",
    "persistence.ledger.size": "1Gi",
    "resources.cardanoNode.requests.memory": "1Gi",
    "resources.cardanoNode.limits.memory": "64Gi",
    "cardanoNode.startAsNonProducing": True,
    "forgeManager.multiTenant.pool.id": "pool1" + "q" * 51,
    "service.p2p.type": "NodePort",
    "service.metrics.type": "NodePort",
    "forgeManager.service.type": "NodePort",
    "healthChecks.cardanoNode.readinessProbe.httpGet.path": "/mine",
    "healthChecks.cardanoNode.startupProbe.httpGet.path": "/mine",
    "cardanoNode.lifecycle": {"postStart": {"exec": {"command": ["a"]}}},
    **{
        f"healthChecks.{container}.{probe}Probe.httpGet.port": port
        for container, port in {"cardanoNode": 77, "forgeManager": 8000}.items()
        for probe in ("startup", "readiness", "liveness")
    },
    "tolerations": [{"operator": "Exists"}],
    "extraEnvVars": [{"name": "A", "value": "b"}],
    "extraVolumes": [{"name": "a", "emptyDir": {}}],
    "extraVolumeMounts": [{"name": "cardano-data", "mountPath": "/a"}],
    "forgeManager.extraVolumeMounts": [{"name": "cardano-data", "mountPath": "/a"}],
    **part_values.OTHER,
}
# What must change with a value, or the two contradict each other.
TOGETHER: dict[str, Values] = {
    "forgeManager.nodeSocket": at("cardanoNode.socketPath", "/other/path"),
    "cardanoNode.prometheusPort": at("cardanoNode.prometheus.port", 1),
    "forgeManager.enabled": at("cardanoNode.blockProducer", True),
    "cardanoNode.blockProducer": at("forgeManager.enabled", True),
    "cardanoNode.config.traceOptionMetricsPrefix": at("forgeManager.forgingMetric", "other"),
}
# Values in which a value (or all that begin so) matters; POOL where nothing is said.
POOL = producer(forgeManager={"multiTenant": {"enabled": True}})
CUSTOM = custom_network()
BASE: dict[str, Values] = {
    "forgeManager.legacy": producer(),
    # Of a public network both are what the network has.
    "cardanoNode.magic": CUSTOM,
    "cardanoNode.config.requiresNetworkMagic": CUSTOM,
    "forgeManager.multiTenant.enabled": producer(),
    "forgeManager.enabled": {},
    "cardanoNode.blockProducer": {},
    "cardanoNode.startAsNonProducing": merged(POOL, at("forgeManager.nodeControl", "none")),
    "cardanoNode.prometheus.enabled": {},
    "cardanoNode.config.turnOnLogging": {},
    "cardanoNode.config.useTraceDispatcher": at(
        "healthChecks.cardanoNode.readinessProbe.enabled", False
    ),
    "serviceAccount.name": merged(POOL, at("serviceAccount.create", False)),
    "healthChecks.cardanoNode.livenessProbe.enabled": POOL,
    "healthChecks.cardanoNode.livenessProbe": merged(
        POOL, at("healthChecks.cardanoNode.livenessProbe.enabled", True)
    ),
    "healthChecks.cardanoNode.startupProbe.enabled": POOL,
    "healthChecks.cardanoNode.startupProbe": merged(
        POOL, at("healthChecks.cardanoNode.startupProbe.enabled", True)
    ),
    **part_values.BASE,
}


def leaves(values: Values, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that is no further mapping, with its dotted path."""
    for key, value in values.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, dict) and value:
            yield from leaves(value, here)
        else:
            yield here, value


LEAVES = dict(leaves(defaults()))


def other(path: str, value: Any) -> Any:
    """A valid value that is not the default."""
    if path in OTHER:
        return OTHER[path]
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case {}:
            return {"a": "b"}
        case _ if path.endswith("HardForkAtEpoch"):
            return 7
        case _ if path.endswith("severity"):
            return "Debug" if value != "Debug" else "Info"
        case str() if value.startswith("/"):
            return f"{value.rsplit('/', 1)[0]}/path"  # the same directory
        case str() | None:
            return "other"
        case list():
            return [*value, "other"]
    raise AssertionError(f"no other value for {path}")


def base_for(path: str) -> Values:
    """The most special entry of BASE that `path` begins with."""
    prefixes = [path.rsplit(".", n)[0] for n in range(path.count(".") + 1)]
    return next((BASE[prefix] for prefix in prefixes if prefix in BASE), POOL)


def counts(path: str) -> bool:
    """Whether the value is one that must change something."""
    return not any(f"{path}.".startswith(f"{prefix}.") for prefix in part_values.OF_NO_EFFECT)


@pytest.mark.parametrize("path", sorted(filter(counts, LEAVES)))
def test_the_value_changes_what_is_rendered(path: str) -> None:
    base = base_for(path)
    with_it = merged(TOGETHER.get(path, {}), at(path, other(path, LEAVES[path])))
    assert render(merged(base, with_it)).objects != render(base).objects


def schema_leaves(schema: dict[str, Any], path: str = "") -> Iterator[str]:
    """Dotted paths of all properties in the schema that have no further ones."""
    properties = schema.get("properties")
    if not properties:
        yield path
        return
    for key, entry in properties.items():
        yield from schema_leaves(entry, f"{path}.{key}" if path else key)


def test_every_value_has_an_entry_of_its_own_in_the_schema() -> None:
    known = set(schema_leaves(SCHEMA))
    for path in LEAVES:
        parents = [path.rsplit(".", n)[0] for n in range(path.count(".") + 1)]
        assert known & {path, *parents}, f"{path} is in values.yaml but not in the schema"


def test_every_entry_of_the_schema_has_a_default() -> None:
    # A probe's further fields are Kubernetes' own: listed to catch misspellings, absent by default.
    values = defaults()
    for path in schema_leaves(SCHEMA):
        found: Any = values
        for key in path.split("."):
            probe = path.split(".")[0] == "healthChecks" and path.count(".") > 2
            if isinstance(found, dict) and key not in found and probe:
                break
            assert isinstance(found, dict), f"{path} is in the schema but not in values.yaml"
            assert key in found, f"{path} is in the schema but not in values.yaml"
            found = found[key]


def test_every_value_is_described_where_it_stands() -> None:
    lines = (CHART / "values.yaml").read_text().splitlines()
    assert sum(line.lstrip().startswith("#") for line in lines) > 60


@pytest.mark.parametrize("prefix", part_values.OF_NO_EFFECT)
def test_a_value_of_no_effect_is_there_and_says_so(prefix: str) -> None:
    assert [path for path in LEAVES if f"{path}.".startswith(f"{prefix}.")]
    entry = SCHEMA
    for key in prefix.split("."):
        entry = entry["properties"][key]
    assert "No effect" in entry["description"]


def test_every_special_value_is_a_value() -> None:
    assert set(LEAVES) >= set(OTHER)
