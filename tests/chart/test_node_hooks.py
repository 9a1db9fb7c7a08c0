"""The node's startup probe, and the hooks of its container."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.rendering import Object, RefusedError, assert_refused, render
from tests.chart.samples import Values, at, merged, producer
from tests.chart.test_valid_objects import VERSIONS, validate

STARTUP = "healthChecks.cardanoNode.startupProbe"
ON = at(f"{STARTUP}.enabled", True)
COMMAND: Object = {"exec": {"command": ["/notify", "it starts"]}}
FENCED = producer(forgeManager={"livenessFence": True})

# case: values, then what the message must say: the path and the way out
REFUSED: dict[str, tuple[Values, str, str]] = {
    "a hook in place of the hand-over": (
        producer(cardanoNode={"lifecycle": {"preStop": COMMAND}}),
        "cardanoNode.lifecycle.preStop",
        "after the hand-over. Remove it.",
    ),
    "a fence that would wait": (
        merged(FENCED, ON),
        f"{STARTUP}.enabled",
        "Set one of the two to false",
    ),
    "no metrics to ask": (
        merged(ON, at("cardanoNode.prometheus.enabled", False)),
        f"{STARTUP}.enabled",
        "use another handler for this probe",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    assert_refused(*REFUSED[case])


def node(values: Values) -> Object:
    found = render(values)
    for version in VERSIONS:
        validate(found.statefulset, version)
    return found.container("cardano-node")


def test_there_is_no_startup_probe_unless_it_is_asked_for() -> None:
    assert "startupProbe" not in node({})
    assert "startupProbe" not in node(producer())


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({}, {"path": "/metrics", "port": "metrics"}),
        (producer(), {"path": "/node-ready", "port": 8000}),
    ],
    ids=["relay", "producer"],
)
def test_it_asks_what_the_readiness_probe_asks_and_leaves_hours(values: Values, asked: Any) -> None:
    container = node(merged(values, ON))
    probe = container["startupProbe"]
    assert probe["httpGet"] == asked == container["readinessProbe"]["httpGet"]
    assert probe["periodSeconds"] * probe["failureThreshold"] == 12 * 3600


def test_a_startup_probe_of_the_users_is_independent_of_the_readiness_probe() -> None:
    own = at(f"{STARTUP}", {"enabled": True, "httpGet": {"path": "/mine", "port": 9}})
    container = node(merged(own, at("healthChecks.cardanoNode.readinessProbe.enabled", False)))
    assert container["startupProbe"]["httpGet"] == {"path": "/mine", "port": 9}
    assert "readinessProbe" not in container


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_metrics_of_the_loopback_are_not_asked_from_outside(host: str) -> None:
    ready = at("healthChecks.cardanoNode.readinessProbe.enabled", False)
    local = merged(ready, at("cardanoNode.prometheus.host", host))
    assert_refused(merged(local, ON), f"{STARTUP}.enabled", "another handler")
    for own in ({"exec": {"command": ["up"]}}, {"httpGet": {"port": 9, "path": "/"}}):
        render(merged(local, at(STARTUP, {"enabled": True, **own})))
    if host != "::1":  # where the manager does not reach them
        render(producer(**merged(local, ON)))  # it is the manager that is asked
    # Whether the chart's host is the node's is not known.
    render(merged(merged(local, ON), at("cardanoNode.config.overrides", {"a": 1})))


def test_the_fence_and_a_startup_probe_that_is_off_go_together() -> None:
    assert "livenessProbe" in node(FENCED)
    # Of a node that takes no part in the election there is no fence.
    render(merged(FENCED, merged(ON, at("forgeManager.nodeControl", "none"))))


@pytest.mark.parametrize("values", [{}, at("cardanoNode.blockProducer", True)])
def test_without_a_manager_both_hooks_are_the_users(values: Values) -> None:
    own = {"postStart": COMMAND, "preStop": {"sleep": {"seconds": 5}}}
    found = render(merged(values, at("cardanoNode.lifecycle", own)))
    assert found.container("cardano-node")["lifecycle"] == own
    validate(found.statefulset, VERSIONS[-1])  # sleep is newer than the oldest


def test_beside_a_manager_there_is_the_hand_over_and_the_users_start() -> None:
    found = node(producer(cardanoNode={"lifecycle": {"postStart": COMMAND}}))["lifecycle"]
    assert found["postStart"] == COMMAND
    assert found["preStop"] == node(producer())["lifecycle"]["preStop"]
    assert found["preStop"]["httpGet"]["path"].startswith("/handed-over")


def test_a_node_that_sleeps_has_neither() -> None:
    asleep = merged(ON, {"sleepMode": True, "cardanoNode": {"lifecycle": {"postStart": COMMAND}}})
    for values in (asleep, producer(**asleep)):
        assert not {"startupProbe", "lifecycle"} & node(values).keys()


@pytest.mark.parametrize(
    "own",
    [
        {"postStrat": COMMAND},
        {"postStart": {}},
        {"postStart": {"command": ["a"]}},
        {"postStart": {**COMMAND, "sleep": {"seconds": 1}}},
        {"stopSignal": "SIGINT"},
    ],
    ids=str,
)
def test_what_is_no_hook_is_refused(own: Values) -> None:
    with pytest.raises(RefusedError, match="/cardanoNode/lifecycle"):
        render(at("cardanoNode.lifecycle", own))
