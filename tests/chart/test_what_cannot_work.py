"""Values that the schema and the API server take, and that cannot do what they are for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.hub_values import hubbed
from tests.chart.rendering import assert_refused, assert_warned, warnings
from tests.chart.samples import SIGNER, Values, at, custom_network, merged, producer

MONITOR = "monitoring.serviceMonitor"
CLUSTER = "forgeManager.clusterManagement"
EARLIER = "ghcr.io/mochipool/cardano-forge-manager"
POOL = "pool1" + "z" * 51


def variable(name: str, value: str) -> list[dict[str, str]]:
    """One variable."""
    return [{"name": name, "value": value}]


def mount(path: str) -> list[dict[str, str]]:
    """A file of the ledger's volume, in this place."""
    return [{"name": "cardano-data", "mountPath": path, "subPath": "mine"}]


def sources(**files: str) -> Values:
    """A producer whose keys come from these files."""
    return producer(**at("forgeManager.sourceKeys", files))


def tenant(**pool: str) -> Values:
    """A producer of this pool."""
    return producer(forgeManager={"multiTenant": {"enabled": True, "pool": pool}})


def monitored(**monitor: Any) -> Values:
    """A relay with this monitor."""
    return at(MONITOR, {"enabled": True, **monitor})


def budget(replicas: int, **limits: Any) -> Values:
    """This many replicas, of which so many may go."""
    return merged(
        at("replicaCount", replicas), at("podDisruptionBudget", {"enabled": True, **limits})
    )


SCALED: Values = at("autoscaling.enabled", True)
EXTRA: dict[str, Any] = {"name": "mine", "image": "mine:1"}

# case: values, the path named, and the way out
REFUSED: dict[str, tuple[Values, str, str]] = {
    "forging held where nothing switches it": (
        producer(forgeManager={"nodeControl": "none", "holdForging": True}),
        "forgeManager.holdForging",
        "Set forgeManager.nodeControl=sighup, or sleepMode=true",
    ),
    "forging held of a producer alone": (
        producer(forgeManager={"enabled": False, "holdForging": True}),
        "forgeManager.holdForging",
        "Set forgeManager.enabled=true, or sleepMode=true",
    ),
    "a cluster disabled that is none of several": (
        producer(**at(f"{CLUSTER}.forgeState", "Disabled")),
        f"{CLUSTER}.forgeState",
        "or forgeManager.holdForging=true instead",
    ),
    "a cluster disabled where nothing switches its node": (
        producer(
            forgeManager={
                "nodeControl": "none",
                "clusterManagement": {"enabled": True, "forgeState": "Disabled"},
            }
        ),
        f"{CLUSTER}.forgeState",
        "Set forgeManager.nodeControl=sighup and",
    ),
    "a cluster stopped that is none of several": (
        producer(**at(f"{CLUSTER}.override", {"enabled": True, "forceState": "Disabled"})),
        f"{CLUSTER}.override.forceState",
        "no manager follows it",
    ),
    "a public network by another name": (
        custom_network(cardanoNode={"magic": 764824073}),
        "cardanoNode.network",
        "Set mainnet",
    ),
    "a relay that forges by a variable": (
        at("extraEnvVars", variable("CARDANO_BLOCK_PRODUCER", "true")),
        "extraEnvVars",
        "Set cardanoNode.blockProducer=true",
    ),
    "a relay that has keys by a variable": (
        at("extraEnvVars", variable("CARDANO_SHELLEY_KES_KEY", "/k")),
        "extraEnvVars",
        "Set cardanoNode.blockProducer=true",
    ),
    "a configuration of the image's by a variable": (
        at("extraEnvVars", variable("NETWORK", "preprod")),
        "extraEnvVars",
        "Set cardanoNode.network",
    ),
    "a node at another port by a variable that is a number": (
        at("extraEnvVars", [{"name": "CARDANO_PORT", "value": 3002}]),
        "extraEnvVars",
        "Set cardanoNode.port",
    ),
    "a configuration over the one that says how to start": (
        producer(extraVolumeMounts=mount("/opt/cardano/config/config.json")),
        "extraVolumeMounts",
        "cardanoNode.configFile",
    ),
    "a key over the one that is taken away": (
        producer(extraVolumeMounts=mount("/opt/cardano/secrets/kes.skey")),
        "extraVolumeMounts",
        "two nodes could forge",
    ),
    "a key below the Secret's entries": (
        sources(kesKey="/secrets/keys/kes.skey"),
        "forgeManager.sourceKeys.kesKey",
        "Set a path in /secrets",
    ),
    "a request above the limit": (
        at(
            "resources.cardanoNode",
            {"requests": {"memory": "64Gi"}, "limits": {"memory": "32Gi"}},
        ),
        "resources.cardanoNode",
        "Change one of the two",
    ),
    "a request of the manager's above its limit": (
        producer(
            **at("resources.forgeManager", {"requests": {"cpu": "2"}, "limits": {"cpu": "1"}})
        ),
        "resources.forgeManager",
        "2 cpu is more than the limit of 1",
    ),
    "an entry of the Secret by two names": (
        producer(**merged(SIGNER, at("forgeManager.sourceKeys.kesKey", "/secrets/hot.skey"))),
        "forgeManager.sourceKeys.kesKey",
        "is called hot.skey for the node and kes.skey for the signer",
    ),
    "a relay whose configuration shows no metrics": (
        at(
            "cardanoNode.config.overrides.TraceOptions",
            {"": {"backends": ["Stdout HumanFormatColoured"]}},
        ),
        "cardanoNode.config.overrides",
        "or use another handler for this probe",
    ),
    "a relay with the old tracing, which nobody told where to show metrics": (
        at("cardanoNode.config.useTraceDispatcher", False),
        "cardanoNode.config.useTraceDispatcher",
        "Set UseTraceDispatcher to true, or use another handler for this probe",
    ),
    "a relay whose own file shows metrics within the pod alone": (
        at(
            "cardanoNode.configFile",
            '{"TraceOptions": {"": {"backends": ["PrometheusSimple suffix 127.0.0.1 12798"]}}}',
        ),
        "cardanoNode.configFile",
        "Set 0.0.0.0 there",
    ),
    "an address with a port": (
        at("cardanoNode.bindAddress", "0.0.0.0:3001"),
        "cardanoNode.bindAddress",
        "without a port",
    ),
    "a hand-over that takes all the time": (
        producer(**at("forgeManager.handOverSeconds", 300)),
        "forgeManager.handOverSeconds",
        "Set a longer terminationGracePeriodSeconds",
    ),
    "a ledger in the configuration's directory": (
        at("cardanoNode.dataDir", "/opt/cardano/config"),
        "cardanoNode.dataDir",
        "is also the directory of cardanoNode.configDir",
    ),
    "two renewals that no deadline has room for": (
        producer(
            **at("forgeManager.election", {"leaseDurationSeconds": 5, "retryPeriodSeconds": 2})
        ),
        "forgeManager.election.retryPeriodSeconds",
        "lose the lease. Set a shorter retryPeriodSeconds.",
    ),
    "no logging, as text": (
        producer(**at("cardanoNode.config.overrides", {"TurnOnLogging": "false"})),
        "cardanoNode.config.overrides",
        "Set it to true",
    ),
    "the earlier sidecar beside a relay": (
        at("image.forgeManager.repository", EARLIER),
        "image.forgeManager.repository",
        "Remove it",
    ),
    "the earlier sidecar of a mirror beside a producer alone": (
        merged(
            at("cardanoNode.blockProducer", True),
            at("image.forgeManager.repository", "mirror.example/mochipool/cardano-forge-manager"),
        ),
        "image.forgeManager.repository",
        "Remove it",
    ),
    "a key that comes from no volume": (
        sources(kesKey="/mine/kes.skey"),
        "forgeManager.sourceKeys.kesKey",
        "Set a path in /secrets",
    ),
    "a key that comes from beside a volume": (
        sources(vrfKey="/secrets-of-mine/vrf.skey"),
        "forgeManager.sourceKeys.vrfKey",
        "extraVolumeMounts",
    ),
    "two keys that are one file": (
        sources(kesKey="/secrets/key", vrfKey="/secrets/key"),
        "forgeManager.sourceKeys",
        "Rename one",
    ),
    "two keys that are one file of the node's": (
        producer(
            **at("forgeManager.targetKeys", {"kesKey": "/k/a", "vrfKey": "/k/a", "opCert": "/k/c"})
        ),
        "forgeManager.targetKeys",
        "Rename one",
    ),
    "a pool id of both cases": (
        tenant(id="pool1" + "Z" * 51),
        "forgeManager.multiTenant.pool.id",
        "the 51 characters after it",
    ),
    "a node at another port by a variable": (
        at("extraEnvVars", variable("CARDANO_PORT", "3002")),
        "extraEnvVars",
        "Set cardanoNode.port",
    ),
    "a node's ledger elsewhere by a variable": (
        at("extraEnvVars", variable("CARDANO_DATABASE_PATH", "/elsewhere")),
        "extraEnvVars",
        "Set cardanoNode.dataDir",
    ),
    "a relay's socket elsewhere by a variable": (
        at("extraEnvVars", variable("CARDANO_SOCKET_PATH", "/elsewhere")),
        "extraEnvVars",
        "Set cardanoNode.socketPath",
    ),
    "a configuration elsewhere by a variable, beside a manager": (
        producer(extraEnvVars=variable("CARDANO_CONFIG", "/mine/config.json")),
        "extraEnvVars",
        "Remove it",
    ),
    "submit-api at another port by a variable": (
        at("submitApi", {"enabled": True, "extraEnvVars": variable("API_LISTEN_PORT", "1")}),
        "submitApi.extraEnvVars",
        "Set submitApi.port",
    ),
    "submit-api's metrics elsewhere by a variable": (
        at("submitApi", {"enabled": True, "extraEnvVars": variable("METRICS_LISTEN_PORT", "1")}),
        "submitApi.extraEnvVars",
        "Set submitApi.healthPort",
    ),
    "a signer of another network by a variable": (
        merged(SIGNER, at("mithrilSigner.extraEnvVars", variable("NETWORK_MAGIC", "1"))),
        "mithrilSigner.extraEnvVars",
        "Set cardanoNode.magic",
    ),
    "a signer's metrics elsewhere by a variable": (
        merged(SIGNER, at("mithrilSigner.extraEnvVars", variable("METRICS_SERVER_PORT", "1"))),
        "mithrilSigner.extraEnvVars",
        "Set mithrilSigner.port",
    ),
    "an autoscaler of a node that requests no CPU": (
        merged(
            SCALED,
            at("resources.cardanoNode", {"requests": {"cpu": None}, "limits": {"cpu": None}}),
        ),
        "resources.cardanoNode",
        "targetCPUUtilizationPercentage",
    ),
    "an autoscaler of a submit-api that requests no memory": (
        merged(
            SCALED,
            at("submitApi.enabled", True),
            at("resources.submitApi", {"requests": {"memory": None}, "limits": {"memory": None}}),
        ),
        "resources.submitApi",
        "targetMemoryUtilizationPercentage",
    ),
    "an autoscaler beside a container that requests no CPU": (
        merged(
            SCALED, at("extraContainers", [{**EXTRA, "resources": {"requests": {"memory": "1Mi"}}}])
        ),
        "extraContainers",
        "mine requests no cpu",
    ),
    "a scrape that takes longer than until the next": (
        monitored(interval="5s"),
        f"{MONITOR}.interval",
        "no longer than the interval",
    ),
    "a scrape of one part that takes longer": (
        monitored(cardanoNode={"scrapeTimeout": "1m"}),
        f"{MONITOR}.cardanoNode.scrapeTimeout",
        "no longer than the interval",
    ),
    "a selector of what selects the monitor": (
        monitored(selector={"release": "prometheus"}),
        f"{MONITOR}.selector",
        f"go into {MONITOR}.labels",
    ),
    "a selector of pods by what only Services have": (
        merged(
            at("monitoring.podMonitor.enabled", True),
            at(f"{MONITOR}.selector", {"app.kubernetes.io/component-type": "metrics"}),
        ),
        f"{MONITOR}.selector",
        "no pod of the release",
    ),
    "a monitor of metrics within the pod": (
        merged(
            monitored(),
            at("cardanoNode.prometheus.host", "127.0.0.1"),
            at("healthChecks.cardanoNode.readinessProbe.enabled", False),
        ),
        "cardanoNode.prometheus.host",
        "Set 0.0.0.0, or monitoring.enabled=false",
    ),
    "a load balancer to a node that takes nobody": (
        at("cardanoNode.bindAddress", "127.0.0.1"),
        "cardanoNode.bindAddress",
        "service.p2p.type=ClusterIP",
    ),
    "a policy that opens another port than the metrics'": (
        merged(at("networkPolicy.enabled", True), at("cardanoNode.prometheusPort", 9000)),
        "cardanoNode.prometheusPort",
        "Leave it null",
    ),
    "a page of EKG at another port than is said": (
        at("cardanoNode.config.overrides", {"hasEKG": 9000}),
        "cardanoNode.config.overrides",
        "Use the same port for both",
    ),
    "a page of EKG at another port, with its address": (
        at("cardanoNode.config.overrides", {"hasEKG": ["127.0.0.1", 9000]}),
        "cardanoNode.config.overrides",
        "hasEKG is 9000",
    ),
    "a ledger on a volume without files": (
        at("persistence.ledger.spec", {"volumeMode": "Block"}),
        "persistence.ledger.spec",
        "Remove volumeMode",
    ),
    "a socket on a volume without files": (
        at("persistence.socket", {"enabled": True, "spec": {"volumeMode": "Block"}}),
        "persistence.socket.spec",
        "Remove volumeMode",
    ),
    "a gate that asks where nobody listens": (
        producer(healthChecks={"forgeManager": {"startupProbe": {"httpGet": {"port": 9000}}}}),
        "healthChecks.forgeManager.startupProbe",
        "or set 8000",
    ),
    "a liveness of submit-api that asks the node": (
        at("submitApi", {"enabled": True, "healthCheck": {"tcpSocket": {"port": 3001}}}),
        "submitApi.healthCheck",
        "or set 8090 or 8091",
    ),
    "a relay's Secret of keys": (
        merged(
            at(
                "secrets",
                {"create": True, "data": {"kesKey": "YQ==", "vrfKey": "YQ==", "opCert": "YQ=="}},
            ),
            at("cardanoNode.network", "preprod"),
        ),
        "secrets.create",
        "a relay has no keys",
    ),
    "an official aggregator of another network, by its name": (
        at(
            "cardanoNode.mithril.aggregatorEndpoint",
            "https://a.testing-preview.api.mithril.network/x",
        ),
        "cardanoNode.mithril.aggregatorEndpoint",
        "Leave it null",
    ),
    "an official peer of another network, by its name": (
        at(
            "cardanoNode.topology.bootstrapPeers",
            [{"address": "preprod-node.world.dev.cardano.org", "port": 1}],
        ),
        "cardanoNode.topology.bootstrapPeers",
        "Leave it null",
    ),
}

# case: values, the path named, and what is said of it
WARNED: dict[str, tuple[Values, str, str]] = {
    "a budget that keeps all": (budget(3, minAvailable=3), "minAvailable", "maxUnavailable=1"),
    "a budget that keeps the only one": (budget(1), "minAvailable", "Set enabled=false"),
    "a budget that keeps all in per cent": (
        budget(3, minAvailable="100%"),
        "minAvailable",
        "100% of 3",
    ),
    "a budget whose part of a pod is a whole one": (
        budget(2, minAvailable="51%"),
        "minAvailable",
        "51% of 2",
    ),
    "a budget that lets none go": (budget(3, maxUnavailable=0), "maxUnavailable", "0 of 3"),
    "a budget that lets none go in per cent": (
        budget(3, maxUnavailable="0%"),
        "maxUnavailable",
        "0% of 3",
    ),
    "a budget of all that the autoscaler may leave": (
        merged(SCALED, budget(5, minAvailable=1)),
        "minAvailable",
        "1 of 1",
    ),
}
WARNED = {
    case: (values, f"podDisruptionBudget.{field}", text)
    for case, (values, field, text) in WARNED.items()
} | {
    "a hub's Lease wherever the release is": (
        merged(hubbed(), at(f"{CLUSTER}.hub.namespace", "")),
        f"{CLUSTER}.hub.namespace",
        "Set the same in every cluster",
    ),
    "a pool by its hex digits": (
        tenant(id="ab" * 28),
        "forgeManager.multiTenant.pool.id",
        "hex digits name a different Lease (cardano-leader-mainnet-abababab)",
    ),
    "a pool by its hex digits alone": (
        tenant(idHex="AB" * 28),
        "forgeManager.multiTenant.pool.idHex",
        "Set pool.id to pool1... in all of them",
    ),
    "a pool without its id": (
        producer(forgeManager={"multiTenant": {"enabled": True}}),
        "forgeManager.multiTenant.enabled",
        "Set multiTenant.pool.id",
    ),
    "mainnet with little memory": (
        at("resources.cardanoNode.limits.memory", "8Gi"),
        "resources.cardanoNode.limits.memory",
        "8Gi, but a node on mainnet needs 24Gi",
    ),
    "mainnet with little memory in other words": (
        at("resources.cardanoNode.limits.memory", "8e9"),
        "resources.cardanoNode.limits.memory",
        "8e9, but a node on mainnet needs 24Gi",
    ),
    "an Ingress to metrics, and a policy": (
        merged(
            at(
                "ingress",
                {"enabled": True, "hosts": [{"paths": [{"path": "/", "service": "metrics"}]}]},
            ),
            at("networkPolicy.enabled", True),
        ),
        "networkPolicy.ingress.metricsFromNamespaces",
        "the namespace of your ingress controller",
    ),
    "an Ingress to submit-api, and a policy for others": (
        merged(
            at("ingress.enabled", True),
            at("submitApi.enabled", True),
            at("image.submitApi.tag", "1"),
            at(
                "networkPolicy",
                {"enabled": True, "ingress": {"submitApiFrom": [{"podSelector": {}}]}},
            ),
        ),
        "networkPolicy.ingress.submitApiFrom",
        "Add your ingress controller",
    ),
}


PRIVATE: Values = {
    "localRoots": [
        {"accessPoints": [{"address": "relay", "port": 3001}], "trustable": True, "hotValency": 1}
    ],
    "bootstrapPeers": [],
    "publicRoots": [],
    "useLedgerAfterSlot": -1,
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    assert_refused(*REFUSED[case])


@pytest.mark.parametrize("case", WARNED)
def test_warned(case: str) -> None:
    assert_warned(*WARNED[case])


@pytest.mark.parametrize(
    "values",
    [
        budget(3, minAvailable=2),
        budget(2, minAvailable="50%"),
        budget(3, maxUnavailable="1%"),
        budget(1, maxUnavailable=1),
        budget(0),
        at("resources.cardanoNode.limits.memory", "24Gi"),
        merged(
            at("cardanoNode.network", "preview"), at("resources.cardanoNode.limits.memory", "4Gi")
        ),
        # Nobody knows what a network of one's own needs.
        merged(
            custom_network(cardanoNode={"topology": PRIVATE}),
            at("resources.cardanoNode.limits.memory", "1Gi"),
        ),
        # Its state is on the disk.
        merged(
            at("resources.cardanoNode.limits.memory", "8Gi"),
            at("cardanoNode.config.ledgerDB.backend", "V1LMDB"),
        ),
    ],
)
def test_what_is_enough_is_nothing_to_warn_of(values: Values) -> None:
    assert not warnings(values)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"bootstrapPeers": [{"address": "a", "port": 1}]}, "bootstrapPeers"),
        ({"publicRoots": [{"accessPoints": [{"address": "a", "port": 1}]}]}, "publicRoots"),
        ({"useLedgerAfterSlot": 0}, "useLedgerAfterSlot"),
        ({"bootstrapPeers": None}, "bootstrapPeers"),
    ],
)
@pytest.mark.parametrize("managed", [True, False])
def test_a_producer_that_shows_itself_is_warned_of(
    changed: Values, named: str, managed: bool
) -> None:
    own = producer(**at("cardanoNode.topology", {**PRIVATE, **changed}))
    values = merged(own, at("forgeManager.enabled", managed))
    assert f"({named})" in warnings(values, peers=True)["cardanoNode.topology"]


@pytest.mark.parametrize(
    "values",
    [
        producer(**at("cardanoNode.topology", PRIVATE)),
        merged(custom_network(), at("cardanoNode.topology", PRIVATE)),
        {},
    ],
)
def test_one_that_does_not_and_a_relay_are_nothing_to_warn_of(values: Values) -> None:
    assert "cardanoNode.topology" not in warnings(values, peers=True)
