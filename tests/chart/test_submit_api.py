"""submit-api: a native sidecar with a Service, under either of its two spellings."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.rendering import RefusedError, environment, mounts, render, warnings
from tests.chart.samples import Values, at, merged, producer

ON = at("submitApi.enabled", True)
SERVICE = "test-cardano-node-submit-api"
EKG = at("cardanoNode.config.overrides", {"hasEKG": 12788})


@pytest.mark.parametrize("path", ["submitApi.enabled", "image.submitApi.enabled"])
def test_either_spelling_switches_it_on(path: str) -> None:
    rendered = render(at(path, True))
    assert rendered.container("submit-api")["restartPolicy"] == "Always"
    assert SERVICE in rendered.of_kind("Service")


def test_it_is_off_by_default() -> None:
    rendered = render()
    assert [c["name"] for c in rendered.pod["initContainers"]] == ["init-cardano-setup"]
    assert SERVICE not in rendered.of_kind("Service")


def test_the_image_talks_to_the_node_over_its_socket() -> None:
    values = merged(ON, at("cardanoNode.network", "preprod"))
    container = render(values).container("submit-api")
    assert environment(container) == {
        "API_LISTEN_PORT": "8090",
        "METRICS_LISTEN_PORT": "8091",
        "CARDANO_NODE_NETWORK_MAGIC": "1",
        "CARDANO_NODE_SOCKET_PATH": "/ipc/node.socket",
        "CARDANO_NODE_SOCKET_TIMEOUT": "30",
        "CARDANO_NODE_SKIP_CHECK": "true",
    }
    assert mounts(container)["/ipc"]["readOnly"] is True
    assert container["resources"]["limits"] == {"cpu": "1000m", "memory": "2Gi"}


def test_a_variable_of_the_users_replaces_the_charts() -> None:
    own = [{"name": "CARDANO_NODE_SOCKET_TIMEOUT", "value": "5"}, {"name": "A", "value": "b"}]
    env = environment(render(merged(ON, at("submitApi.extraEnvVars", own))).container("submit-api"))
    assert (env["CARDANO_NODE_SOCKET_TIMEOUT"], env["A"]) == ("5", "b")


def test_its_health_check_is_a_liveness_probe() -> None:
    probe = render(ON).container("submit-api")["livenessProbe"]
    assert probe == {
        "httpGet": {"path": "/healthcheck", "port": "submit-api"},
        "initialDelaySeconds": 15,
        "periodSeconds": 10,
    }


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ({"enabled": False}, None),
        ({"timeoutSeconds": 4}, 4),
    ],
)
def test_its_health_check_is_the_users(check: dict[str, Any], expected: int | None) -> None:
    container = render(merged(ON, at("submitApi.healthCheck", check))).container("submit-api")
    assert container.get("livenessProbe", {}).get("timeoutSeconds") == expected


def test_it_has_no_readiness_that_would_take_the_node_out_of_service() -> None:
    assert "readinessProbe" not in render(ON).container("submit-api")


def test_the_warnings_say_what_replaces_the_older_spelling_and_a_moving_tag() -> None:
    said = warnings(at("image.submitApi.enabled", True))
    assert "submitApi.enabled, which replaces it" in said["image.submitApi.enabled"]
    assert "Set a release's tag" in said["image.submitApi.tag"]
    assert warnings(merged(ON, at("image.submitApi.tag", "1.2.3"))) == {}


def test_the_warnings_say_that_a_relay_serves_better() -> None:
    assert "Use a relay instead" in warnings(producer(**ON))["submitApi.enabled"]


def test_the_warnings_say_that_it_restarts_until_the_node_is_there() -> None:
    values = merged(ON, at("submitApi.skipNodeCheck", False))
    assert "until the node's socket" in warnings(values)["submitApi.skipNodeCheck"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (merged(ON, at("submitApi.port", 3001)), "submitApi.port: 3001 is also cardanoNode.port"),
        (
            merged(ON, at("submitApi.healthPort", 8090)),
            "submitApi.healthPort: 8090 is also submitApi",
        ),
        (
            producer(**ON, forgeManager={"metricsPort": 12798}),
            "12798 is also cardanoNode.prometheus",
        ),
        (
            at("cardanoNode", {"ekgPort": 3001, "configMap": "mine"}),
            "cardanoNode.ekgPort: 3001 is also cardanoNode.port",
        ),
        (
            merged(at("mithrilSigner", {"enabled": True, "port": 12788}), EKG),
            "mithrilSigner.port: 12788 is also cardanoNode.ekgPort",
        ),
    ],
)
def test_two_that_listen_at_one_port_are_refused(values: Values, message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        render(values)


def test_the_port_of_what_does_not_run_is_free() -> None:
    render(at("cardanoNode.port", 8090))
    render(at("cardanoNode.port", 8000))
