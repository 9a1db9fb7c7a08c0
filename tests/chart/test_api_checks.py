"""Values that are valid alone, and that the API server would refuse: refused here, or decided."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.rendering import RefusedError, assert_refused, refused, render
from tests.chart.samples import Values, at, merged, producer

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
            at("extraVolumeMounts", [{"name": "mine", "mountPath": "/data"}]),
        ),
        "extraVolumeMounts",
        "another mountPath",
    ),
    "a liveness probe that succeeds twice": (
        at(LIVENESS, {"enabled": True, "successThreshold": 2}),
        LIVENESS,
        "Leave it out",
    ),
    "a startup probe that succeeds twice": (
        producer(**at("healthChecks.forgeManager.startupProbe.successThreshold", 2)),
        "healthChecks.forgeManager.startupProbe",
        "Leave it out",
    ),
    "a readiness probe with a grace period": (
        at("healthChecks.cardanoNode.readinessProbe.terminationGracePeriodSeconds", 5),
        "healthChecks.cardanoNode.readinessProbe",
        "Leave terminationGracePeriodSeconds out",
    ),
    "two handlers": (
        at(LIVENESS, {"enabled": True, "exec": {"command": ["a"]}, "tcpSocket": {"port": 1}}),
        LIVENESS,
        "Leave the others out",
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
        "Leave it out",
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
        producer(**at("forgeManager.extraVolumeMounts", [{"name": "a", "mountPath": "/ipc"}])),
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
    "an ingress to a port that the Service no longer has": (
        merged(SUBMIT, {"service": {"submitApi": {"port": 80}}, "ingress": {"hosts": [RULE]}}),
        "ingress.hosts",
        "Leave the port out",
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
        at("healthChecks.forgeManager.startupProbe.successThreshold", 2),
        merged(LOCAL, at("cardanoNode.config.overrides", {"Mine": 1})),
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
    assert found["requests"]["memory"] == "256Mi"


def test_a_limit_in_small_units_lowers_it() -> None:
    for limit in ("50000u", "50000000n", 0):
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
    assert found["requests"] == {"cpu": "900m", "memory": "256Mi"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("global.commonLabels", {"team": "the pools"}),
        ("podLabels", {"-a": "b"}),
        ("podLabels", {"a": "b" * 64}),
        ("nodeSelector", {"a/b/c": "d"}),
        ("podDisruptionBudget.minAvailable", "101%"),
    ],
)
def test_what_no_label_or_share_can_be_is_refused_by_the_schema(path: str, value: Any) -> None:
    with pytest.raises(RefusedError, match=path.replace(".", "/")):
        render(at(path, value))
