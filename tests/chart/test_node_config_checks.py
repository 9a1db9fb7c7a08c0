"""What a node refuses in its configuration and topology is refused before: values and whole files.

Each is read in the node's source: the places stand in templates/_checks-node-config.tpl and
templates/_checks-topology.tpl.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.chart.rendering import assert_refused, assert_warned, refused, render
from tests.chart.samples import Values, at, custom_network, merged, producer

CONFIG = "cardanoNode.config"
TOPOLOGY = "cardanoNode.topology"
PEER = {"address": "relay", "port": 3001}
TRUSTED = {"accessPoints": [PEER], "trustable": True, "hotValency": 1}
NOBODY: Values = {"localRoots": [], "publicRoots": []}


def serving(*backends: str, **more: Any) -> Values:
    """A producer with a whole configuration that traces so."""
    config = {"TraceOptions": {"": {"backends": list(backends)}}, **more}
    return producer(cardanoNode={"configFile": json.dumps(config)})


def whole(config: dict[str, Any]) -> Values:
    """A producer with this whole configuration."""
    return producer(cardanoNode={"configFile": json.dumps(config)})


def overridden(config: dict[str, Any]) -> Values:
    """A producer with these overrides."""
    return producer(**at(f"{CONFIG}.overrides", config))


def topology(**more: Any) -> Values:
    """A relay with a whole topology: nobody, and what is given."""
    return at("cardanoNode.topologyFile", json.dumps({**NOBODY, **more}))


# case: values, the path named, and the way out
REFUSED: dict[str, tuple[Values, str, str]] = {
    "a whole file without metrics": (
        whole({}),
        "cardanoNode.configFile",
        'Add "PrometheusSimple suffix 0.0.0.0 12798" to them',
    ),
    "a whole file that shows metrics in a part of the node alone": (
        whole({"TraceOptions": {"Forge": {"backends": ["PrometheusSimple 12798"]}}}),
        "cardanoNode.configFile",
        "Add ",
    ),
    "a whole file whose trace options are no mapping": (
        whole({"TraceOptions": ["PrometheusSimple 12798"]}),
        "cardanoNode.configFile",
        "Add ",
    ),
    "the old tracing's address, which the new one does not read": (
        whole({"hasPrometheus": ["127.0.0.1", 12798]}),
        "cardanoNode.configFile",
        "Add ",
    ),
    "the old tracing without an address": (
        whole({"UseTraceDispatcher": False}),
        "cardanoNode.configFile",
        "hasPrometheus has no address",
    ),
    "overrides that take the metrics away": (
        overridden({"TraceOptions": {"": {"backends": ["Stdout MachineFormat"]}}}),
        f"{CONFIG}.overrides",
        "Add ",
    ),
    "overrides that turn tracing off": (
        overridden({"TurnOnLogging": False}),
        f"{CONFIG}.overrides",
        "Set it to true",
    ),
    "tracing that is off": (
        producer(**at(f"{CONFIG}.turnOnLogging", False)),
        f"{CONFIG}.turnOnLogging",
        "Set it to true",
    ),
    "the old tracing": (
        producer(**at(f"{CONFIG}.useTraceDispatcher", False)),
        f"{CONFIG}.useTraceDispatcher",
        "Set it to true",
    ),
    "metrics at another port by the overrides": (
        overridden({"TraceOptions": {"": {"backends": ["PrometheusSimple 0.0.0.0 9"]}}}),
        f"{CONFIG}.overrides",
        "metrics would be on port 9, but the manager reads port 12798",
    ),
    "metrics at another port by the old tracing": (
        overridden({"UseTraceDispatcher": False, "hasPrometheus": ["127.0.0.1", 9]}),
        f"{CONFIG}.overrides",
        "Use the same port for both",
    ),
    "metrics at another address of a whole file": (
        serving("PrometheusSimple nosuffix 10.0.0.1 12798"),
        "cardanoNode.configFile",
        "Set 0.0.0.0 or 127.0.0.1",
    ),
    "metrics of another name in a whole file": (
        serving("PrometheusSimple 12798", TraceOptionMetricsPrefix="mine."),
        "cardanoNode.configFile",
        "mine. (cardanoNode.configFile)",
    ),
    "targets of which the node's own is the greater": (
        at(f"{CONFIG}.targetNumberOfEstablishedPeers", 19),
        f"{CONFIG}.targetNumberOfEstablishedPeers",
        "TargetNumberOfActivePeers is 20 and TargetNumberOfEstablishedPeers is 19",
    ),
    "root peers that a producer does not know of": (
        producer(**at(f"{CONFIG}.targetNumberOfRootPeers", 101)),
        f"{CONFIG}.targetNumberOfRootPeers",
        "TargetNumberOfKnownPeers is 100",
    ),
    "targets of a syncing node in the overrides": (
        at(f"{CONFIG}.overrides", {"SyncTargetNumberOfEstablishedBigLedgerPeers": 29}),
        f"{CONFIG}.overrides",
        "SyncTargetNumberOfActiveBigLedgerPeers is 30",
    ),
    "no bootstrap peer and nobody to trust": (
        at(f"{TOPOLOGY}.bootstrapPeers", []),
        f"{TOPOLOGY}.bootstrapPeers",
        "Set trustable to true for a group of localRoots that has peers",
    ),
    "a trusted local root without peers": (
        at(TOPOLOGY, {"bootstrapPeers": [], "localRoots": [{**TRUSTED, "accessPoints": []}]}),
        f"{TOPOLOGY}.bootstrapPeers",
        "no local root with peers is trustable",
    ),
    "nobody to trust in a whole topology": (
        topology(bootstrapPeers=[], localRoots=[{"accessPoints": [PEER], "valency": 1}]),
        "cardanoNode.topologyFile",
        "Set trustable to true",
    ),
    "bootstrap peers that are no list": (
        topology(bootstrapPeers="relay:3001"),
        "cardanoNode.topologyFile",
        "bootstrapPeers is not a list",
    ),
    "a whole topology without local roots": (
        at("cardanoNode.topologyFile", '{"publicRoots": []}'),
        "cardanoNode.topologyFile",
        "localRoots is not a list",
    ),
    "a slot that is a text": (
        topology(useLedgerAfterSlot="0"),
        "cardanoNode.topologyFile",
        "Set the slot as a number",
    ),
    "a group that does not say how many": (
        at(f"{TOPOLOGY}.localRoots", [{"accessPoints": [PEER]}]),
        f"{TOPOLOGY}.localRoots",
        "neither hotValency nor valency",
    ),
    "a group that is a peer": (
        topology(localRoots=["relay:3001"]),
        "cardanoNode.topologyFile",
        "a group of localRoots has no accessPoints",
    ),
    "a public root without peers": (
        topology(publicRoots=[PEER]),
        "cardanoNode.topologyFile",
        "a group of publicRoots has no accessPoints",
    ),
    "a peer that is a text": (
        topology(publicRoots=[{"accessPoints": ["relay:3001"]}]),
        "cardanoNode.topologyFile",
        "a peer has no address",
    ),
    "a port that is a text": (
        topology(bootstrapPeers=[{"address": "relay", "port": "3001"}]),
        "cardanoNode.topologyFile",
        'the port "3001" of relay is not a number',
    ),
    "a peer anywhere": (
        at(f"{TOPOLOGY}.bootstrapPeers", [{"address": "::", "port": 3001}]),
        f"{TOPOLOGY}.bootstrapPeers",
        "Set the peer's address",
    ),
    "a snapshot of peers that is nowhere": (
        merged(
            at(f"{CONFIG}.consensusMode", "GenesisMode"),
            at(f"{TOPOLOGY}.peerSnapshotFile", "peer-snapshot.json"),
        ),
        f"{TOPOLOGY}.peerSnapshotFile",
        "Set the file's path in the node's image",
    ),
}

# case: values, the path named, what is said
WARNED: dict[str, tuple[Values, str, str]] = {
    "GenesisMode without a snapshot": (
        at(f"{CONFIG}.consensusMode", "GenesisMode"),
        f"{CONFIG}.consensusMode",
        "Set cardanoNode.topology.peerSnapshotFile",
    ),
    "a producing start in the overrides": (
        overridden({"StartAsNonProducingNode": False}),
        f"{CONFIG}.overrides",
        "with an election it is true",
    ),
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
        serving("PrometheusSimple 12798"),
        serving("Forwarder", "PrometheusSimple suffix 12798"),
        serving("PrometheusSimple nosuffix localhost 12798"),
        # The first counts, as in the node.
        serving("PrometheusSimple 127.0.0.1 12798", "PrometheusSimple 10.0.0.1 9"),
        whole({"UseTraceDispatcher": False, "hasPrometheus": ["127.0.0.1", 12798]}),
        # The node's own place for them, whatever the chart's values would have been.
        merged(serving("PrometheusSimple 12798"), at("cardanoNode.prometheus.enabled", False)),
        merged(whole({}), at("forgeManager.forgingMetric", "")),
        merged(whole({}), at("forgeManager.nodeControl", "none")),
        at("cardanoNode.configFile", "{}"),
        producer(**at("cardanoNode.configMap", "mine")),
    ],
)
def test_metrics_that_are_shown_and_those_that_nobody_needs_are_accepted(values: Values) -> None:
    assert not refused(values)


@pytest.mark.parametrize(
    "values",
    [
        # Without the key, or null: the node asks no bootstrap peers, and needs nobody to trust.
        topology(),
        topology(useLedgerAfterSlot=-1),
        custom_network(),
        topology(bootstrapPeers=[], localRoots=[TRUSTED]),
        at(TOPOLOGY, {"bootstrapPeers": [], "localRoots": [TRUSTED]}),
        at(TOPOLOGY, {"bootstrapPeers": [PEER], "localRoots": [{**TRUSTED, "trustable": False}]}),
        topology(bootstrapPeers=[{"address": "_cardano._tcp.example"}]),  # an SRV record
        at(
            TOPOLOGY, {"peerSnapshotFile": "peer-snapshot.json"}
        ),  # PraosMode logs that it is not there
        at("cardanoNode.configMap", "mine"),
    ],
)
def test_topologies_that_the_node_takes_are_accepted(values: Values) -> None:
    assert not refused(values)


def test_bootstrap_peers_that_are_null_in_a_file_are_none() -> None:
    values = topology(bootstrapPeers=None)
    assert not refused(values)
    assert render(values).topology()["bootstrapPeers"] is None


def test_targets_at_their_limits_are_accepted() -> None:
    assert not refused(at(f"{CONFIG}.targetNumberOfEstablishedPeers", 150))
    assert not refused(at(f"{CONFIG}.syncTargetNumberOfActivePeers", 0))


KINDS = ["Active", "Established", "Known"]


@pytest.mark.parametrize("group", ["TargetNumberOf", "SyncTargetNumberOf"])
@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("ActivePeers", "EstablishedPeers"),
        ("EstablishedPeers", "KnownPeers"),
        ("RootPeers", "KnownPeers"),
        ("ActiveBigLedgerPeers", "EstablishedBigLedgerPeers"),
        ("EstablishedBigLedgerPeers", "KnownBigLedgerPeers"),
    ],
)
def test_each_pair_of_targets_is_compared_and_may_be_equal(
    group: str, less: str, more: str
) -> None:
    names = [f"{kind}{who}" for kind in KINDS for who in ("Peers", "BigLedgerPeers")]
    numbers = {f"{group}{name}": 50 for name in [*names, "RootPeers"]}
    assert not refused(overridden(numbers))
    (line,) = refused(overridden({**numbers, f"{group}{less}": 51}))
    assert line.startswith(f"{CONFIG}.overrides: ")
    assert f"{group}{less} is 51 and {group}{more} is 50" in line
