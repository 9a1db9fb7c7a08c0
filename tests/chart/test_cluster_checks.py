"""Clusters that would not exclude each other are refused; what is risky is warned of."""

from __future__ import annotations

from typing import Any

import pytest

from forge_manager.election.terms import Terms
from tests.chart.hub_values import POOL_ID, clustered, hubbed, managed
from tests.chart.rendering import assert_refused, assert_warned, refused, warnings
from tests.chart.samples import Values, at, merged, producer
from tests.chart.test_warnings import effects

CLUSTER = "forgeManager.clusterManagement"
HUB = f"{CLUSTER}.hub"
HEX = {"multiTenant": {"pool": {"id": "ab" * 28}}}
HERE = {"kubeconfigSecret": ""}
RELAY = {"cardanoNode": {"blockProducer": False}, "forgeManager": {"enabled": False}}


def replicas_lease(name: str) -> Values:
    """The Lease of the replicas has this name."""
    return managed(legacy={"lease": {"name": name}}, multiTenant={"enabled": False})


# case: values, then what the message must say: the path and the way out
REFUSED: dict[str, tuple[Values, str, str]] = {
    "a hub that nobody asks": (
        merged(hubbed(), at(f"{CLUSTER}.enabled", False)),
        f"{HUB}.enabled",
        "Set clusterManagement.enabled=true",
    ),
    "a node that is never switched off": (
        merged(hubbed(), at("forgeManager.nodeControl", "none")),
        f"{HUB}.enabled",
        "nodeControl=sighup",
    ),
    "a producer without a manager": (
        merged(hubbed(), at("forgeManager.enabled", False)),
        f"{HUB}.enabled",
        "Set forgeManager.enabled=true",
    ),
    "a cluster without a name": (
        merged(hubbed(), at(f"{CLUSTER}.region", "")),
        f"{HUB}.enabled",
        "no other cluster of the pool uses",
    ),
    "a pool id that another cluster may spell otherwise": (
        merged(hubbed(), managed(**HEX)),
        f"{HUB}.enabled",
        "to the id as pool1...",
    ),
    "a pool id that is not asked for": (
        merged(hubbed(), at("forgeManager.multiTenant.enabled", False)),
        f"{HUB}.enabled",
        "the same hub.leaseName in every cluster",
    ),
    "one Lease for replicas and clusters": (
        merged(hubbed(**HERE, leaseName="mine"), replicas_lease("mine")),
        f"{HUB}.leaseName",
        "Set another name",
    ),
    "the replicas' Lease as the board": (
        merged(hubbed(**HERE, leaseName="mine"), replicas_lease("mine-clusters")),
        f"{HUB}.leaseName",
        "Set another name",
    ),
    "access to no hub": (
        clustered(hub={"access": {"create": True}}),
        f"{HUB}.access.create",
        "Set hub.enabled=true",
    ),
    "a lost renewal that costs the hub's lease": (
        hubbed(renewDeadlineSeconds=3),
        f"{HUB}.renewDeadlineSeconds",
        "Set renewDeadlineSeconds to at least 4",
    ),
    "no time to switch off in before the hub's lease ends": (
        hubbed(renewDeadlineSeconds=13),
        f"{HUB}.renewDeadlineSeconds",
        "Set at most 12",
    ),
    "no time to switch off in with a long lease": (
        hubbed(leaseDuration=100, renewDeadlineSeconds=90),
        f"{HUB}.renewDeadlineSeconds",
        "Set at most 89",
    ),
    "a lost renewal that costs the replicas' lease": (
        producer(forgeManager={"election": {"retryPeriodSeconds": 6}}),
        "forgeManager.election.retryPeriodSeconds",
        "Set renewDeadlineSeconds to at least 12",
    ),
    "no time to switch off in before the replicas' lease ends": (
        producer(forgeManager={"election": {"renewDeadlineSeconds": 13}}),
        "forgeManager.election.renewDeadlineSeconds",
        "leaseDurationSeconds",
    ),
    "an authority that nobody asks": (
        clustered(healthCheck={"tls": {"verify": False, "caSecret": "ca"}}),
        f"{CLUSTER}.healthCheck.tls.caSecret",
        "Set tls.verify=true",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    assert_refused(*REFUSED[case])


@pytest.mark.parametrize(
    "values",
    [
        hubbed(),
        hubbed(**HERE),
        # Elsewhere another Lease may have any name.
        merged(hubbed(leaseName="mine"), replicas_lease("mine")),
        merged(hubbed(**HERE, namespace="hub", leaseName="mine"), replicas_lease("mine")),
        merged(hubbed(leaseName="mine"), managed(**HEX)),
        hubbed(renewDeadlineSeconds=12),
        hubbed(renewDeadlineSeconds=4),
        hubbed(leaseDuration=100, renewDeadlineSeconds=89),
        hubbed(leaseDuration=5),
        hubbed(leaseDuration=3600),
        # A relay of the same file.
        merged(hubbed(), RELAY),
    ],
)
def test_accepted(values: Values) -> None:
    assert refused(values) == []


@pytest.mark.parametrize("lease", [5, 6, 15, 29, 100])
@pytest.mark.parametrize("deadline", [3, 4, 12, 25])
def test_what_the_sidecar_refuses_the_chart_refuses(lease: int, deadline: int) -> None:
    times = {"renewDeadlineSeconds": deadline, "retryPeriodSeconds": 2}
    values = hubbed(leaseDuration=lease, **times)
    assert bool(refused(values)) is bool(Terms(lease, deadline, 2).problems())


def placed(**hub: Any) -> Values:
    """One of several that all look for the hub's Lease in one place."""
    return hubbed(**{"namespace": "hub", **hub})


# path: values, what is said of it
WARNED: dict[str, tuple[Values, str]] = {
    f"{HUB}.enabled": (clustered(), "nothing stops another cluster from forging"),
    f"{HUB}.goOnAlone": (placed(goOnAlone=True), "with the same keys"),
    f"{HUB}.access.create": (placed(access={"create": True}), "set this to false here"),
    f"{CLUSTER}.healthCheck.endpoint": (
        merged(placed(), clustered(healthCheck={"enabled": True})),
        "nothing is checked",
    ),
    f"{CLUSTER}.healthCheck.tls.verify": (
        merged(placed(), clustered(healthCheck={"tls": {"verify": False}})),
        "anyone on the network path",
    ),
    "networkPolicy.egress.apiServer.cidrs": (
        merged(
            placed(),
            {
                "networkPolicy": {
                    "enabled": True,
                    "egress": {"apiServer": {"cidrs": ["10.0.0.1/32"]}},
                }
            },
        ),
        "Include its address",
    ),
}


@pytest.mark.parametrize("path", WARNED)
def test_warned(path: str) -> None:
    values, text = WARNED[path]
    assert_warned(values, path, text)


@pytest.mark.parametrize(
    ("override", "text"),
    [
        ({"forceState": "Disabled"}, "until it is removed"),
        ({"forcePriority": 1, "expiresAt": "2030-01-01T00:00:00Z"}, "until 2030-01-01T00:00:00Z"),
        ({"reason": "tired"}, "changes nothing"),
    ],
)
def test_an_override_is_said_with_its_end(override: Values, text: str) -> None:
    values = merged(placed(), clustered(override={"enabled": True, **override}))
    assert text in warnings(values)[f"{CLUSTER}.override"]


def test_a_cluster_with_a_hub_is_nothing_to_warn_of() -> None:
    asked = clustered(healthCheck={"enabled": True, "endpoint": "https://a"})
    assert not warnings(merged(placed(), asked))


def test_the_earlier_switch_means_the_new_one_and_is_warned_of() -> None:
    path = "forgeManager.legacy.crd.cardanoForgeCluster.enabled"
    values = managed(legacy={"crd": {"cardanoForgeCluster": {"enabled": True}}})
    assert set(warnings(values)) == {path, f"{HUB}.enabled"}
    assert "which replaces it" in warnings(values)[path]


def test_the_notes_say_which_cluster_this_is_and_where_the_others_meet() -> None:
    asked = clustered(priority=7, healthCheck={"enabled": True, "endpoint": "https://a"})
    said = effects(merged(hubbed(), asked))
    name = "mainnet-pool1qqqqq-eu-west"
    assert said["cluster"] == f"eu-west, Priority-based, priority 7; CardanoForgeCluster {name}"
    assert said["health"] == "checked every 30 s, unhealthy after 3 failures"
    lease = f"Lease pool/cardano-forge-mainnet-{POOL_ID}, 15 s"
    assert said["hub"] == f"{lease}, with the kubeconfig in the Secret hub-access"
    assert effects(hubbed(**HERE))["hub"] == f"{lease}, in this cluster"


def test_the_notes_say_what_there_is_not() -> None:
    said = effects(clustered())
    assert said["cluster"].startswith("no region, ")
    assert (said["health"], said["hub"]) == ("not checked", "none")
    assert not {"cluster", "health", "hub"} & set(effects(producer()))
