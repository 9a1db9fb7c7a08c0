"""Values that are valid alone, and that the API server would refuse: refused here, or decided."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.rendering import (
    RefusedError,
    assert_refused,
    environment,
    mounts,
    refused,
    render,
)
from tests.chart.samples import SIGNER, Values, at, merged, producer

LIVENESS = "healthChecks.cardanoNode.livenessProbe"
LOCAL = at("cardanoNode.prometheus.host", "127.0.0.1")
SUBMIT = {"submitApi": {"enabled": True}, "ingress": {"enabled": True}}
HEALTH = {"host": "a.example", "paths": [{"path": "/", "service": "submit-api", "port": 8091}]}
RULE = {"host": "a.example", "paths": [{"path": "/", "service": "submit-api", "port": 8090}]}


def socket_at(path: str) -> Values:
    return merged(at("cardanoNode.socketPath", path), at("forgeManager.nodeSocket", path))


REFUSED: dict[str, tuple[Values, str, str]] = {
    "socket and data in one directory": (
        merged(socket_at("/data/node.socket"), at("cardanoNode.dataDir", "/data")),
        "cardanoNode.socketPath",
        "another directory",
    ),
    "data and configuration in one directory": (
        at("cardanoNode", {"dataDir": "/opt/node", "configDir": "/opt/node/"}),
        "cardanoNode.configDir",
        "another directory",
    ),
    "keys and configuration in one directory": (
        producer(
            cardanoNode={"configDir": "/keys"},
            forgeManager={
                "targetKeys": {"kesKey": "/keys/k", "vrfKey": "/keys/v", "opCert": "/keys/c"}
            },
        ),
        "forgeManager.targetKeys",
        "another directory",
    ),
    "a mount of one's own over the data": (
        merged(
            at("cardanoNode.dataDir", "/data"),
            at("extraVolumeMounts", [{"name": "cardano-config", "mountPath": "/data"}]),
        ),
        "extraVolumeMounts",
        "another mountPath",
    ),
    "a liveness probe that succeeds twice": (
        at(LIVENESS, {"enabled": True, "successThreshold": 2}),
        LIVENESS,
        "Remove it",
    ),
    "a startup probe that succeeds twice": (
        producer(**at("healthChecks.forgeManager.startupProbe.successThreshold", 2)),
        "healthChecks.forgeManager.startupProbe",
        "Remove it",
    ),
    "a readiness probe with a grace period": (
        at("healthChecks.cardanoNode.readinessProbe.terminationGracePeriodSeconds", 5),
        "healthChecks.cardanoNode.readinessProbe",
        "Remove terminationGracePeriodSeconds",
    ),
    "two handlers": (
        at(LIVENESS, {"enabled": True, "exec": {"command": ["a"]}, "tcpSocket": {"port": 1}}),
        LIVENESS,
        "Remove the others",
    ),
    "a relay's metrics where its readiness is not asked": (
        LOCAL,
        "cardanoNode.prometheus.host",
        "another handler",
    ),
    "a producer's metrics where its liveness is not asked": (
        producer(**merged(LOCAL, at(f"{LIVENESS}.enabled", True))),
        "cardanoNode.prometheus.host",
        "another handler",
    ),
    "a submit-api that succeeds twice": (
        merged({"submitApi": {"enabled": True}}, at("submitApi.healthCheck.successThreshold", 2)),
        "submitApi.healthCheck",
        "Remove it",
    ),
    "keys where the chart mounts the Secret": (
        producer(
            forgeManager={
                "targetKeys": {
                    "kesKey": "/secrets/k",
                    "vrfKey": "/secrets/v",
                    "opCert": "/secrets/c",
                }
            }
        ),
        "forgeManager.targetKeys",
        "another directory",
    ),
    "a socket where the managers keep their fence": (
        producer(**socket_at("/state/node.socket")),
        "cardanoNode.socketPath",
        "another directory",
    ),
    "a mount of the manager's over the socket": (
        producer(
            **at("forgeManager.extraVolumeMounts", [{"name": "cardano-data", "mountPath": "/ipc"}])
        ),
        "forgeManager.extraVolumeMounts",
        "another mountPath",
    ),
    "two equal ports of submit-api": (
        {"submitApi": {"enabled": True}, "service": {"submitApi": {"port": 8091}}},
        "service.submitApi.port",
        "Change one of the two",
    ),
    "two equal ports of the pod that forges": (
        producer(service={"metrics": {"port": 3001}}),
        "service.metrics.port",
        "Change one of the two",
    ),
    "a restriction on a port of every machine": (
        at(
            "service",
            {"spec": {"loadBalancerSourceRanges": ["10.0.0.0/8"]}, "p2p": {"type": "NodePort"}},
        ),
        "service.p2p.type",
        "use networkPolicy",
    ),
    "a restriction on the managers' port of every machine": (
        producer(
            service={"spec": {"loadBalancerSourceRanges": ["10.0.0.0/8"]}},
            forgeManager={"service": {"type": "NodePort"}},
        ),
        "forgeManager.service.type",
        "use networkPolicy",
    ),
    "a socket in the ledger": (
        merged(socket_at("/data/db/node.socket"), at("cardanoNode.dataDir", "/data")),
        "cardanoNode.socketPath",
        "a directory outside",
    ),
    "keys in what setup keeps": (
        producer(
            cardanoNode={"dataDir": "/d/"},
            forgeManager={
                "targetKeys": {
                    name: f"/d/genesis-cache/own/{name}" for name in ("kesKey", "vrfKey", "opCert")
                }
            },
        ),
        "forgeManager.targetKeys",
        "a directory outside",
    ),
    "a socket at the top": (socket_at("/node.socket"), "cardanoNode.socketPath", "no volume"),
    "a genesis file where nothing can be written": (
        at("cardanoNode.config.shelleyGenesisFile", "/genesis/shelley.json"),
        "cardanoNode.config.shelleyGenesisFile",
        "a path in cardanoNode.configDir",
    ),
    "checkpoints where nothing can be written": (
        at("cardanoNode.config.checkpointsFile", "/checkpoints.json"),
        "cardanoNode.config.checkpointsFile",
        "a path in cardanoNode.configDir",
    ),
    "keys of a volume of one's own over the Secret": (
        producer(
            **at("forgeManager.extraVolumeMounts", [{"name": "a", "mountPath": "/secrets"}]),
            extraVolumes=[{"name": "a", "emptyDir": {}}],
        ),
        "forgeManager.extraVolumeMounts",
        "name it in forgeManager.sourceKeys",
    ),
    "a mount over the managers' fence": (
        producer(
            **at("forgeManager.extraVolumeMounts", [{"name": "socket-dir", "mountPath": "/state/"}])
        ),
        "forgeManager.extraVolumeMounts",
        "another mountPath",
    ),
    "a mount over the signer's keys": (
        producer(
            **merged(
                SIGNER,
                at(
                    "mithrilSigner.extraVolumeMounts",
                    [{"name": "cardano-data", "mountPath": "/mithril-keys"}],
                ),
            )
        ),
        "mithrilSigner.extraVolumeMounts",
        "another mountPath",
    ),
    "two mounts at one path": (
        at("extraVolumeMounts", [{"name": "cardano-data", "mountPath": "/a"}] * 2),
        "extraVolumeMounts",
        "another mountPath",
    ),
    **{
        f"a variable twice in {path}": (
            merged(base, at(path, [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}])),
            path,
            "Remove one of the two",
        )
        for path, base in {
            "extraEnvVars": {},
            "submitApi.extraEnvVars": {"submitApi": {"enabled": True}},
            "mithrilSigner.extraEnvVars": producer(**SIGNER),
        }.items()
    },
    "two keys in one file": (
        producer(
            forgeManager={"targetKeys": {"kesKey": "/k/a", "vrfKey": "/k/a", "opCert": "/k/c"}}
        ),
        "forgeManager.targetKeys",
        "Rename one",
    ),
    **{
        f"{field} for every Service": (
            at(f"service.spec.{field}", value),
            f"service.spec.{field}",
            "Set it in service.p2p.spec",
        )
        for field, value in {
            "type": "LoadBalancer",
            "clusterIP": "None",
            "ports": [{"port": 1}],
            "selector": {"a": "b"},
        }.items()
    },
    "a label that the managers set": (
        at("podLabels", {"cardano.io/forging": "true"}),
        "podLabels",
        "Remove this label",
    ),
    "the same for all objects": (
        at("global.commonLabels", {"cardano.io/forging": "true"}),
        "global.commonLabels",
        "Remove this label",
    ),
    **{
        f"{field} of a monitor's own": (
            at(f"monitoring.serviceMonitor.spec.{field}", {}),
            "monitoring.serviceMonitor.spec",
            f"Set monitoring.serviceMonitor.{instead} instead",
        )
        for field, instead in {"selector": "selector", "endpoints": "extraEndpoints"}.items()
    },
    **{
        f"{path} {value}": (at(f"networkPolicy.{path}", value), f"networkPolicy.{path}", said)
        for path, value, said in (
            ("ingress.p2pFromCIDR", "10.0.0.256/8", "Write a range as 10.0.0.0/8"),
            ("ingress.p2pFromCIDR", "10.0.0.0/8,192.168.0.0/16", "networkPolicy.ingress.p2pFrom."),
            ("egress.httpsToCIDR", "10.0.0.0/33", "networkPolicy.egress.customRules."),
            ("egress.p2pToCIDR", "10.0.0.1", "10.0.0.1/32"),
            ("egress.apiServer.cidrs", ["1:2/64"], "10.0.0.1/32."),
        )
    },
    "what is no address": (
        at("service.p2p.loadBalancerIP", "1.2.3"),
        "service.p2p.loadBalancerIP",
        "192.0.2.1",
    ),
    "a volume named as one of the chart's": (
        at("extraVolumes", [{"name": "cardano-config", "emptyDir": {}}]),
        "extraVolumes",
        "another name",
    ),
    "a volume named as a claim": (
        at("extraVolumes", [{"name": "cardano-data", "emptyDir": {}}]),
        "extraVolumes",
        "another name",
    ),
    "a container named as one of the chart's": (
        at("extraContainers", [{"name": "cardano-node", "image": "a"}]),
        "extraContainers",
        "Give yours another",
    ),
    "two init containers of one name": (
        at("extraInitContainers", [{"name": "a", "image": "a"}] * 2),
        "extraInitContainers",
        "Give yours another",
    ),
    "a mount of no volume": (
        at("extraVolumeMounts", [{"name": "mine", "mountPath": "/mine"}]),
        "extraVolumeMounts",
        "Add it to extraVolumes",
    ),
    "a mount of no volume in a container of one's own": (
        at(
            "extraContainers",
            [{"name": "a", "image": "a", "volumeMounts": [{"name": "b", "mountPath": "/b"}]}],
        ),
        "extraContainers",
        "Add it to extraVolumes",
    ),
    "a mount of the manager's, of no volume": (
        producer(**at("forgeManager.extraVolumeMounts", [{"name": "a", "mountPath": "/a"}])),
        "forgeManager.extraVolumeMounts",
        "Add it to extraVolumes",
    ),
    "a probe of a port that its container has not": (
        producer(**at("healthChecks.forgeManager.startupProbe.httpGet.port", "metrics")),
        "healthChecks.forgeManager.startupProbe",
        "forge-metrics. Set one of these",
    ),
    "a probe of metrics that are off": (
        merged(
            at("cardanoNode.prometheus.enabled", False),
            at(LIVENESS, {"enabled": True, "tcpSocket": {"port": "metrics"}}),
        ),
        LIVENESS,
        "which has p2p",
    ),
    "an ingress to a port that the Service no longer has": (
        merged(SUBMIT, {"service": {"submitApi": {"port": 80}}, "ingress": {"hosts": [RULE]}}),
        "ingress.hosts",
        "Remove the port",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_api_server_would_refuse_is_refused_with_the_way_out(case: str) -> None:
    assert_refused(*REFUSED[case])


@pytest.mark.parametrize(
    "values",
    [
        producer(**LOCAL),
        merged(LOCAL, at("healthChecks.cardanoNode.readinessProbe.exec", {"command": ["a"]})),
        merged(LOCAL, at("healthChecks.cardanoNode.readinessProbe.enabled", False)),
        at(f"{LIVENESS}.successThreshold", 2),
        merged(socket_at("/data/ipc/node.socket"), at("cardanoNode.dataDir", "/data")),
        merged(SUBMIT, {"ingress": {"hosts": [RULE]}}),
        merged(SUBMIT, {"ingress": {"hosts": [HEALTH]}}),
        # A relay's p2p is a LoadBalancer, whatever the others are.
        at(
            "service",
            {"type": "NodePort", "p2p": {"spec": {"loadBalancerSourceRanges": ["10.0.0.0/8"]}}},
        ),
        at("healthChecks.forgeManager.startupProbe.successThreshold", 2),
        merged(
            LOCAL,
            at(
                "cardanoNode.config.overrides.TraceOptions",
                {"": {"backends": ["PrometheusSimple suffix 0.0.0.0 12798"]}},
            ),
        ),
        at(
            "monitoring.prometheusRule.ruleLabels",
            {"slack": "#pool alerts", "owner": "a@b.example"},
        ),
    ],
    ids=str,
)
def test_what_it_takes_is_taken(values: Values) -> None:
    assert not refused(values)


@pytest.mark.parametrize("release", ["my.pool", "1pool"])
def test_a_release_name_that_no_service_can_have_is_refused_before_half_is_there(
    release: str,
) -> None:
    with pytest.raises(RefusedError, match="another release name"):
        render(release=release)
    named = render(at("fullnameOverride", "pool"), release=release)
    assert named.statefulset["metadata"]["name"] == "pool"


def test_a_namespace_of_digits_stays_a_name() -> None:
    for item in render(producer(), namespace="123").objects:
        assert item["metadata"]["namespace"] == "123"


def test_on_delete_has_no_rolling_update() -> None:
    updated = render(at("updateStrategy.type", "OnDelete")).statefulset["spec"]["updateStrategy"]
    assert updated == {"type": "OnDelete"}


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("ClusterIP", set()),
        ("NodePort", {"externalTrafficPolicy"}),
        ("LoadBalancer", {"externalTrafficPolicy", "loadBalancerClass", "loadBalancerIP"}),
    ],
)
def test_a_service_has_the_fields_that_its_type_can_have(given: str, left: set[str]) -> None:
    fields = {"externalTrafficPolicy": "Local", "loadBalancerClass": "a.b/c"}
    part = {"type": given, "loadBalancerIP": "1.2.3.4"}
    services = render(at("service", {"spec": fields, "p2p": part})).of_kind("Service")
    found = services["test-cardano-node-p2p"]["spec"]
    assert found.keys() & {*fields, "loadBalancerIP"} == left
    assert not services["test-cardano-node-metrics"]["spec"].keys() & fields.keys()


CONTAINERS = {
    "cardanoNode": "cardano-node",
    "forgeManager": "cardano-forge-manager",
    "forgeGuard": "forge-guard",
    "submitApi": "submit-api",
}


@pytest.mark.parametrize("part", CONTAINERS)
@pytest.mark.parametrize(
    "limits", [{"cpu": "5m"}, {"memory": "16Mi"}, {"cpu": 0.005, "memory": "16000k"}], ids=str
)
def test_a_limit_below_the_charts_request_lowers_the_request(
    part: str, limits: dict[str, Any]
) -> None:
    values = producer(resources={part: {"limits": limits}}, submitApi={"enabled": True})
    found = render(values).container(CONTAINERS[part])["resources"]
    for kind, limit in limits.items():
        assert found["limits"][kind] == limit
        assert found["requests"].get(kind, limit) == limit


@pytest.mark.parametrize("limit", [4294967296, "2e9", "3E", "2Ei", "50000000000000000000n"])
def test_a_limit_above_the_charts_request_leaves_it(limit: Any) -> None:
    values = producer(resources={"forgeManager": {"limits": {"memory": limit}}})
    found = render(values).container("cardano-forge-manager")["resources"]
    assert found["requests"]["memory"] == "96Mi"


def test_a_limit_in_small_units_lowers_it() -> None:
    for limit in ("20000u", "20000000n", 0):
        values = producer(resources={"forgeManager": {"limits": {"cpu": limit}}})
        found = render(values).container("cardano-forge-manager")["resources"]
        assert found["requests"]["cpu"] == limit


def test_a_policy_stays_beside_external_addresses() -> None:
    spec = {"externalIPs": ["1.2.3.4"], "externalTrafficPolicy": "Local"}
    found = render(at("service.metrics.spec", spec)).get("Service", "test-cardano-node-metrics")
    assert found["spec"]["externalTrafficPolicy"] == "Local"


def test_a_request_of_the_users_stays_and_so_does_one_below_the_limit() -> None:
    own = {"requests": {"cpu": "900m"}, "limits": {"cpu": "1", "memory": "2Gi"}}
    values = producer(resources={"forgeManager": own})
    found = render(values).container("cardano-forge-manager")["resources"]
    assert found["requests"] == {"cpu": "900m", "memory": "96Mi"}


@pytest.mark.parametrize(
    "spec", [{"externalIPs": ["192.0.2.1"]}, {"sessionAffinity": "ClientIP"}], ids=str
)
def test_what_every_service_gets_leaves_the_headless_one_headless(spec: Values) -> None:
    services = render(at("service.spec", spec)).of_kind("Service")
    headless = services["test-cardano-node"]["spec"]
    assert headless.keys() == {
        *("type", "clusterIP", "ports", "selector", "publishNotReadyAddresses"),
    }
    assert (headless["type"], headless["clusterIP"]) == ("ClusterIP", "None")


def test_a_fixed_port_of_every_machine_is_added_to_the_charts_port() -> None:
    own = [{"name": "http", "port": 8090, "nodePort": 30090}, {"name": "own", "port": 9}]
    values = merged(
        SUBMIT, {"service": {"submitApi": {"type": "NodePort", "spec": {"ports": own}}}}
    )
    found = render(values).get("Service", "test-cardano-node-submit-api")["spec"]["ports"]
    assert found == [
        {"name": "health", "port": 8091, "targetPort": 8091},
        {"name": "submit-api", "port": 8090, "targetPort": 8090, "nodePort": 30090},
        {"name": "own", "port": 9},
    ]


def test_genesis_files_follow_the_configuration() -> None:
    rendered = render(producer(cardanoNode={"configDir": "/config/"}))
    assert rendered.node_config()["ShelleyGenesisFile"] == "/config/genesis/shelley-genesis.json"
    assert rendered.node_config()["CheckpointsFile"] == "/config/genesis/checkpoints.json"


def test_any_host_is_one_without_a_name() -> None:
    for host in ({"host": ""}, {}):
        hosts = [{**host, "paths": [{"path": "/"}]}]
        (rule,) = render(merged(SUBMIT, {"ingress": {"hosts": hosts}})).get(
            "Ingress", "test-cardano-node"
        )["spec"]["rules"]
        assert rule.keys() == {"http"}


@pytest.mark.parametrize("path", ["/a//b", "/a/../b", "/.", "a"])
def test_a_path_that_no_ingress_takes_is_refused_by_the_schema(path: str) -> None:
    hosts = [{"host": "a.example", "paths": [{"path": path}]}]
    with pytest.raises(RefusedError, match="/ingress/hosts/0/paths/0/path"):
        render(merged(SUBMIT, {"ingress": {"hosts": hosts}}))


@pytest.mark.parametrize("host", ["Submit.Example", "10.0.0.1", "a_b"])
def test_a_host_that_no_ingress_takes_is_refused_by_the_schema(host: str) -> None:
    hosts = [{"host": host, "paths": [{"path": "/"}]}]
    with pytest.raises(RefusedError, match="/ingress/hosts/0/host"):
        render(merged(SUBMIT, {"ingress": {"hosts": hosts}}))


@pytest.mark.parametrize("part", CONTAINERS)
def test_a_request_above_the_charts_limit_raises_the_limit(part: str) -> None:
    own = {"requests": {"cpu": 9, "memory": "900Gi"}}
    values = producer(resources={part: own}, submitApi={"enabled": True})
    found = render(values).container(CONTAINERS[part])["resources"]
    assert found["requests"] == own["requests"]
    for kind, limit in found.get("limits", {}).items():
        assert limit == own["requests"][kind]


def test_a_container_of_ones_own_may_stand_in_for_one_that_is_off() -> None:
    own = [{"name": name, "image": "a"} for name in ("submit-api", "mithril-signer", "forge-guard")]
    assert not refused(at("extraContainers", own))


def test_an_empty_tag_is_the_charts() -> None:
    default = render().container("cardano-node")["image"]
    assert render(at("image.cardanoNode.tag", "")).container("cardano-node")["image"] == default


@pytest.mark.parametrize("kind", ["NodePort", "LoadBalancer"])
def test_a_service_for_the_outside_is_never_headless(kind: str) -> None:
    own = {"type": kind, "spec": {"clusterIP": "None"}}
    found = render(at("service.p2p", own)).get("Service", "test-cardano-node-p2p")["spec"]
    assert "clusterIP" not in found


@pytest.mark.parametrize("number", [1_000_000, 2_147_483_647])
def test_a_large_number_reaches_the_sidecar_as_digits(number: int) -> None:
    values = producer(forgeManager={"sleepInterval": number, "socketWaitTimeout": number})
    env = environment(render(values).container("cardano-forge-manager"))
    assert env["SLEEP_INTERVAL"] == env["SOCKET_WAIT_TIMEOUT"] == str(number)


@pytest.mark.parametrize("path", ["/a#b", "/'a", "/[a]", "/a{b", "/*a", "/a,b", "/-"])
def test_a_path_stays_what_it_is_whatever_yaml_makes_of_it(path: str) -> None:
    node = {"configDir": path, "dataDir": f"{path}/data", "socketPath": f"{path}/ipc/socket"}
    values = producer(cardanoNode=node, forgeManager={"nodeSocket": node["socketPath"]})
    found = mounts(render(values).container("cardano-node"))
    assert {path, f"{path}/data", f"{path}/ipc"} <= {*found}


def test_an_image_of_an_address_stays_a_reference() -> None:
    image = {"repository": "[2001:db8::1]:5000/node", "tag": "1"}
    found = render(at("image.cardanoNode", image)).container("cardano-node")
    assert found["image"] == "[2001:db8::1]:5000/node:1"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("global.commonLabels", {"team": "the pools"}),
        ("podLabels", {"-a": "b"}),
        ("podLabels", {"a": "b" * 64}),
        ("podLabels", {"a..b/c": "d"}),
        ("nodeSelector", {"a/b/c": "d"}),
        ("podDisruptionBudget.minAvailable", "101%"),
        ("podDisruptionBudget.maxUnavailable", 2**31),
        ("replicaCount", 2**31),
        ("autoscaling.maxReplicas", 2**31),
        ("autoscaling.targetCPUUtilizationPercentage", 2**31),
        ("terminationGracePeriodSeconds", 2**31),
        ("healthChecks.forgeManager.startupProbe.periodSeconds", 2**31),
        *(
            (f"{part}annotations", {"my note": "a"})
            for part in ("ingress.", "service.", "service.p2p.", "persistence.ledger.", "secrets.")
        ),
        ("global.commonAnnotations", {"a/b/c": "d"}),
        ("podAnnotations", {"": "d"}),
        ("serviceAccount.annotations", {"a-": "d"}),
        ("serviceAccount.name", "a..b"),
        ("forgeManager.secretName", "a.-b"),
        ("forgeManager.election.formerLeases", ["a..b"]),
        ("monitoring.serviceMonitor.namespace", "a.b"),
        ("monitoring.serviceMonitor.interval", "1m1h"),
        ("networkPolicy.ingress.metricsFromNamespaces", ["my monitoring"]),
        ("secrets.data.kesKey", "abc"),
        ("persistence.ledger.size", "0"),
        ("persistence.ledger.size", "0.0Gi"),
        ("persistence.socket.size", "100m"),
        ("image.cardanoNode.repository", "'"),
        ("image.forgeManager.repository", "#"),
        ("image.cardanoNode.repository", "My/Image"),
        ("cardanoNode.configDir", "/a:b"),
        (f"{LIVENESS}.exec", {}),
        (f"{LIVENESS}.exec", {"command": []}),
        (f"{LIVENESS}.tcpSocket", {"host": "a"}),
        (f"{LIVENESS}.grpc", {"port": "metrics"}),
        (f"{LIVENESS}.httpGet.port", "8090"),
        (f"{LIVENESS}.httpGet.port", "a--b"),
    ],
)
def test_what_kubernetes_takes_nowhere_is_refused_by_the_schema(path: str, value: Any) -> None:
    with pytest.raises(RefusedError, match=path.replace(".", "/")):
        render(at(path, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("networkPolicy.ingress.p2pFromCIDR", "2001:db8::/32"),
        ("networkPolicy.ingress.p2pFromCIDR", "::/0"),
        ("networkPolicy.egress.p2pToCIDR", "0.0.0.0/0"),
        ("service.p2p.loadBalancerIP", "fe80::1:2:3"),
        ("persistence.ledger.size", "0.5Ti"),
        ("persistence.ledger.size", "100Gi"),
        ("image.cardanoNode.repository", "registry.example:5000/a/b_c/d--e"),
        ("image.cardanoNode.repository", "localhost/node"),
        ("podAnnotations", {"Example.com/a.b_c": "{{ any }} text"}),
        ("monitoring.serviceMonitor.interval", "1h30m"),
        (f"{LIVENESS}.httpGet.port", "1-a"),
    ],
)
def test_what_kubernetes_takes_is_taken_by_the_schema(path: str, value: Any) -> None:
    render(at(path, value))
