"""Values whose intent is plain are taken, and mean what they say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.rendering import Rendered, environment, refused, render, warnings
from tests.chart.samples import SIGNER, Values, at, merged, producer

POOL = "pool1" + "z" * 51
MIRROR = "https://preview.mirror.example/preprod/mainnet"


def tenant(**pool: str) -> Values:
    """A producer of this pool."""
    return producer(forgeManager={"multiTenant": {"enabled": True, "pool": pool}})


def peers(*addresses: str) -> list[dict[str, Any]]:
    """Peers at these addresses."""
    return [{"address": address, "port": 3001} for address in addresses]


ACCEPTED: dict[str, Values] = {
    "a relay that sets its socket alone": at("cardanoNode.socketPath", "/run/node.socket"),
    "a producer that sets its socket alone": producer(**at("cardanoNode.socketPath", "/run/s")),
    "a relay with one path of a producer's keys": at("forgeManager.targetKeys.kesKey", "/k/kes"),
    "a relay with keys that come from nowhere": at("forgeManager.sourceKeys.vrfKey", "/k/vrf"),
    "a relay with a manager's socket": at("forgeManager.nodeSocket", "/run/node.socket"),
    "a relay whose two keys have one name": at(
        "forgeManager.targetKeys", {"kesKey": "/k/a", "vrfKey": "/l/a", "opCert": "/m/a"}
    ),
    "a mirror whose host and path name other networks": merged(
        at("cardanoNode.mithril.aggregatorEndpoint", MIRROR),
        at("mithrilSigner.aggregatorEndpoint", MIRROR),
    ),
    "a peer of one's own whose name has another network in it": merged(
        at("cardanoNode.topology.bootstrapPeers", peers("relay-preview.my-pool.example")),
        at(
            "cardanoNode.topology.localRoots",
            [{"accessPoints": peers("preprod.my-pool.example"), "hotValency": 1}],
        ),
    ),
    "an official host of this network, and of another in its name": merged(
        at("cardanoNode.network", "preview"),
        at(
            "cardanoNode.mithril.aggregatorEndpoint",
            "https://preview-not-mainnet.api.mithril.network/aggregator",
        ),
    ),
    "genesis files from a mirror": at("cardanoNode.genesisUrls.byron", f"{MIRROR}/byron.json"),
    "a tag that YAML reads as a number": at("image.cardanoNode.tag", 11),
    "a tag that is a date": at("image.submitApi", {"enabled": True, "tag": 20261129}),
    "a signer's tag that is a number": merged(SIGNER, at("image.mithrilSigner.tag", 2543)),
    "a count of replicas as text": at("replicaCount", "2"),
    "a budget as text": at("podDisruptionBudget", {"enabled": True, "minAvailable": "0"}),
    "a ticker that is a placeholder": tenant(id=POOL, ticker="<YOUR TICKER>"),
    "a ticker in small letters": tenant(id=POOL, ticker="pool"),
    "a pool id in upper case": tenant(id=POOL.upper()),
    "hex digits of a pool in upper case": tenant(id="AB" * 28),
    "a producer whose node is not asked by others": producer(
        **at("cardanoNode.bindAddress", "127.0.0.1")
    ),
    "a variable that says the same as the value": at(
        "extraEnvVars", [{"name": "CARDANO_PORT", "value": "3001"}]
    ),
    "a variable that is a number": at("extraEnvVars", [{"name": "CARDANO_PORT", "value": 3001}]),
    "settings of the node's as text": producer(
        **at(
            "cardanoNode.config.overrides",
            {"UseTraceDispatcher": "true", "StartAsNonProducingNode": "false"},
        )
    ),
    "an image that takes NETWORK": merged(
        at("extraEnvVars", [{"name": "NETWORK", "value": "preprod"}]),
        at("cardanoNode.command", ["mine"]),
    ),
    "a snapshot of peers in the configuration's directory": producer(
        extraVolumeMounts=[
            {"name": "cardano-data", "mountPath": "/opt/cardano/config/peers.json", "subPath": "p"}
        ]
    ),
    "keys of a volume's directories": producer(
        forgeManager={
            "sourceKeys": {"kesKey": "/vault/a/kes.skey"},
            "extraVolumeMounts": [{"name": "cardano-data", "mountPath": "/vault"}],
        }
    ),
    "a selector by a label that the Services have": merged(
        at("monitoring.serviceMonitor", {"enabled": True, "selector": {"team": "pool"}}),
        at("global.commonLabels", {"team": "pool"}),
    ),
    "a selector by a label of one Service": merged(
        at("monitoring.serviceMonitor", {"enabled": True, "selector": {"team": "pool"}}),
        at("service.metrics.labels", {"team": "pool"}),
    ),
    "a monitor of one part's Service": at(
        "monitoring.serviceMonitor",
        {"enabled": True, "selector": {"app.kubernetes.io/component-type": "metrics"}},
    ),
    "a monitor of pods by a label of theirs": merged(
        at("monitoring.podMonitor.enabled", True),
        at("monitoring.serviceMonitor.selector", {"team": "pool"}),
        at("podLabels", {"team": "pool"}),
    ),
    "a scrape that may take as long as until the next": at(
        "monitoring.serviceMonitor",
        {"enabled": True, "interval": "1m30s", "scrapeTimeout": "90s"},
    ),
    "an autoscaler by requests that are limits": merged(
        at("autoscaling.enabled", True),
        at("resources.cardanoNode", {"requests": {"cpu": None}, "limits": {"cpu": "2"}}),
    ),
    "a probe of the manager by its number": producer(
        healthChecks={"forgeManager": {"livenessProbe": {"httpGet": {"port": 8000}}}}
    ),
    "two parts at the port that was EKG's": at("cardanoNode.prometheus.port", 12788),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_accepted(case: str) -> None:
    assert not refused(ACCEPTED[case])


def manager(values: Values) -> dict[str, str]:
    """The environment of the manager."""
    return environment(render(values).container("cardano-forge-manager"))


def test_the_manager_looks_for_the_socket_where_the_node_binds_it() -> None:
    values = ACCEPTED["a producer that sets its socket alone"]
    assert manager(values)["NODE_SOCKET"] == "/run/s"
    mounts = render(values).container("cardano-forge-manager")["volumeMounts"]
    assert {"name": "socket-dir", "mountPath": "/run", "readOnly": True} in mounts


def test_a_pool_id_in_upper_case_meets_the_others_on_one_lease() -> None:
    assert manager(tenant(id=POOL.upper())) == manager(tenant(id=POOL))
    assert manager(tenant(id=POOL))["LEASE_NAME"] == "cardano-leader-mainnet-pool1zzzzz"


@pytest.mark.parametrize("identity", ["pool1<your id>", "pool1...", "pool1_example", "Pool1 YOUR"])
def test_a_placeholder_makes_a_name_that_kubernetes_takes(identity: str) -> None:
    rendered = render(tenant(id=identity))
    name = manager(tenant(id=identity))["LEASE_NAME"]
    assert name == name.lower()
    assert name.replace("-", "").isalnum()
    assert name[-1].isalnum()
    assert name in str(rendered.of_kind("Role"))


@pytest.mark.parametrize("value", [True, 3001, 1000000])
@pytest.mark.parametrize(
    ("path", "container"),
    [
        ("extraEnvVars", "cardano-node"),
        ("forgeManager.extraEnvVars", "cardano-forge-manager"),
        ("submitApi.extraEnvVars", "submit-api"),
    ],
)
def test_a_variable_is_the_text_that_was_written(path: str, container: str, value: object) -> None:
    own = [{"name": "MINE", "value": value}]
    rendered = render(merged(producer(submitApi={"enabled": True}), at(path, own)))
    assert environment(rendered.container(container))["MINE"] == str(value).lower()


def images(rendered: Rendered) -> set[str]:
    """Of all containers."""
    return {
        each["image"] for each in [*rendered.pod["initContainers"], *rendered.pod["containers"]]
    }


def test_a_number_is_the_tag_that_was_written() -> None:
    values = merged(ACCEPTED["a tag that is a date"], ACCEPTED["a tag that YAML reads as a number"])
    found = {image.rpartition(":")[2] for image in images(render(values))}
    assert {"11", "20261129"} <= found


def test_a_count_as_text_is_a_count() -> None:
    assert render(at("replicaCount", "2")).statefulset["spec"]["replicas"] == 2
    budget = render(ACCEPTED["a budget as text"]).of_kind("PodDisruptionBudget")
    (one,) = budget.values()
    assert one["spec"]["minAvailable"] == 0


@pytest.mark.parametrize("ticker", ["<YOUR TICKER>", "pool", "TOOLONG"])
def test_what_is_no_ticker_is_warned_of_and_not_said_to_the_api_server(ticker: str) -> None:
    values = tenant(id=POOL, ticker=ticker)
    assert "Set your pool's" in warnings(values)["forgeManager.multiTenant.pool.ticker"]
    values = merged(values, at("forgeManager.clusterManagement.enabled", True))
    (cluster,) = render(values).of_kind("CardanoForgeCluster").values()
    assert "ticker" not in cluster["spec"]["pool"]


def test_a_ticker_is_nothing_to_warn_of() -> None:
    assert not warnings(tenant(id=POOL, ticker="POOL1"))
