"""Every example renders to valid objects, says so in its notes, and is what its name promises."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart.rendering import ROOT, environment, mounts, notes, render, warnings
from tests.chart.samples import Values
from tests.chart.test_valid_objects import VERSIONS, validate

EXAMPLES: dict[str, Path] = {path.stem: path for path in sorted((ROOT / "examples").glob("*.yaml"))}
PROBE = "startup-probe-example"


def values(name: str) -> Values:
    loaded: Values = yaml.safe_load(EXAMPLES[name].read_text())
    return loaded


def startup_probe(name: str) -> dict[str, Any]:
    found: dict[str, Any] = render(values(name)).container("cardano-forge-manager")["startupProbe"]
    return found


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_renders_to_valid_objects(name: str, version: str) -> None:
    for item in render(values(name), kube_version=f"{version}.0").objects:
        validate(item, version)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_notes_and_nothing_to_warn_of(name: str) -> None:
    assert "In effect:" in notes(values(name))
    # One that is about something else leaves the peers to the reader, who is warned of it.
    assert not warnings(values(name), peers="topology" in values(name).get("cardanoNode", {}))


@pytest.mark.parametrize(
    ("name", "delay", "period", "failures"),
    [(PROBE, 5, 3, 60), (f"{PROBE}-faster", 2, 2, 60), (f"{PROBE}-slower", 10, 5, 36)],
)
def test_the_gates_figures(name: str, delay: int, period: int, failures: int) -> None:
    probe = startup_probe(name)
    assert probe["httpGet"]["path"] == "/startup-status"
    figures = ("initialDelaySeconds", "periodSeconds", "failureThreshold")
    assert tuple(probe[key] for key in figures) == (delay, period, failures)


def test_the_standard_gate_is_the_default() -> None:
    assert startup_probe(PROBE) == startup_probe("preprod-producer")


def test_a_probe_that_waits_is_given_longer_than_it_waits() -> None:
    probe = startup_probe(f"{PROBE}-production-ha")
    assert probe["httpGet"]["path"] == "/startup-status?wait=2"
    assert probe["timeoutSeconds"] > 2


@pytest.mark.parametrize("network", ["mainnet", "preprod", "preview"])
@pytest.mark.parametrize("role", ["producer", "relay"])
def test_there_is_a_producer_and_a_relay_of_each_network(network: str, role: str) -> None:
    node = values(f"{network}-{role}")["cardanoNode"]
    assert node["network"] == network
    assert node.get("blockProducer", False) is (role == "producer")


def test_a_producer_finds_the_relays_of_the_example_beside_it() -> None:
    services = render(values("preprod-relay"), release="relay").of_kind("Service")
    root = values("preprod-producer")["cardanoNode"]["topology"]["localRoots"][0]
    assert root["accessPoints"][0]["address"] in services


def test_several_pools_of_a_namespace_share_no_object() -> None:
    pools = ("several-pools-first", "several-pools-second")
    rendered = [render(values(name), release=name) for name in pools]
    for one, other in combinations(rendered, 2):
        names = [
            {(i["kind"], i["metadata"]["name"]) for i in each.objects} for each in (one, other)
        ]
        assert not names[0] & names[1]
    leases = {environment(r.container("cardano-forge-manager"))["LEASE_NAME"] for r in rendered}
    assert len(leases) == len(pools)


CLUSTERS = ("several-clusters-first", "several-clusters-second")


def test_several_clusters_of_a_pool_meet_on_one_lease_under_different_names() -> None:
    told = [environment(render(values(n)).container("cardano-forge-manager")) for n in CLUSTERS]
    for same in ("HUB_LEASE_NAME", "HUB_NAMESPACE", "HUB_LEASE_DURATION", "POOL_ID"):
        assert len({env[same] for env in told}) == 1, same
    assert len({env["CLUSTER_IDENTIFIER"] for env in told}) == len(CLUSTERS)
    assert [env["HUB_GO_ON_ALONE"] for env in told] == ["false", "false"]


def test_of_several_clusters_the_first_is_preferred_while_it_is_healthy() -> None:
    specs = [
        next(iter(render(values(n)).of_kind("CardanoForgeCluster").values())) for n in CLUSTERS
    ]
    first, second = (cluster["spec"] for cluster in specs)
    assert first["priority"] < second["priority"]
    assert {first["forgeState"], second["forgeState"]} == {"Priority-based"}
    assert first["healthCheck"]["enabled"]


def test_dingo_is_never_signalled() -> None:
    env = environment(render(values("dingo")).container("cardano-forge-manager"))
    assert env["NODE_CONTROL"] == "none"
    assert env["CARDANO_NODE_PROCESS_NAME"] == "dingo"


def test_the_socket_is_offered_over_tcp_by_a_container_of_its_own() -> None:
    rendered = render(values("socket-over-tcp"))
    container = rendered.container("socket-over-tcp")
    assert container["restartPolicy"] == "Always"
    (socket,) = [word for word in container["args"] if "UNIX-CONNECT" in word]
    node = rendered.container("cardano-node")
    assert socket.removeprefix("UNIX-CONNECT:") == environment(node)["CARDANO_SOCKET_PATH"]
    assert mounts(container)["/ipc"]["name"] == mounts(node)["/ipc"]["name"]
    service = rendered.get("Service", "test-cardano-node-ntc")["spec"]
    selected = rendered.statefulset["spec"]["template"]["metadata"]["labels"]
    assert service["selector"].items() <= selected.items()
    assert [port["targetPort"] for port in service["ports"]] == [container["ports"][0]["name"]]


def test_a_ledger_is_copied_while_no_node_runs() -> None:
    pod = render(values("ledger-backup")).pod
    names = [container["name"] for container in pod["initContainers"]]
    assert names == ["init-cardano-setup", "backup"]
    backup = pod["initContainers"][1]
    assert "restartPolicy" not in backup
    ledger = mounts(pod["containers"][0])["/data"]["name"]
    assert mounts(backup)["/data"] == {"name": ledger, "mountPath": "/data", "readOnly": True}
