"""Probes take every field that Kubernetes has for them, and each is off by its `enabled`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart import kubernetes_schemas
from tests.chart.rendering import Object, render
from tests.chart.samples import Values, at, merged, producer

CONTAINERS = {"cardanoNode": "cardano-node", "forgeManager": "cardano-forge-manager"}
PROBES = [
    ("cardanoNode", "startupProbe"),
    ("cardanoNode", "readinessProbe"),
    ("cardanoNode", "livenessProbe"),
    ("forgeManager", "startupProbe"),
    ("forgeManager", "readinessProbe"),
    ("forgeManager", "livenessProbe"),
]
TIMES = {
    "initialDelaySeconds": 61,
    "periodSeconds": 62,
    "timeoutSeconds": 63,
    "successThreshold": 1,
    "failureThreshold": 65,
    "terminationGracePeriodSeconds": 66,
}
REFUSED_OF_READINESS = {"terminationGracePeriodSeconds"}
HANDLERS: dict[str, Any] = {
    "httpGet": {
        "path": "/mine",
        "port": 8000,
        "host": "10.0.0.1",
        "scheme": "HTTPS",
        "httpHeaders": [{"name": "A", "value": "b"}],
    },
    "tcpSocket": {"port": 8000},
    "exec": {"command": ["true"]},
    "grpc": {"port": 8000, "service": "mine"},
}


def with_all(probe: Values) -> Values:
    """A producer, each of whose probes is this one."""
    values = producer()
    for part, name in PROBES:
        values = merged(values, at(f"healthChecks.{part}.{name}", probe))
    return values


def probes(values: Values) -> dict[tuple[str, str], Object]:
    """The probes of the two containers, by the values that they come from."""
    rendered = render(values)
    return {
        (part, name): probe
        for part, container in CONTAINERS.items()
        for name, probe in rendered.container(container).items()
        if name.endswith("Probe")
    }


@pytest.mark.parametrize("handler", HANDLERS)
def test_any_field_can_be_set(handler: str) -> None:
    fields = {**TIMES, handler: HANDLERS[handler]}
    readiness = {key: value for key, value in fields.items() if key not in REFUSED_OF_READINESS}
    values = with_all({"enabled": True, **readiness})
    for part, name in PROBES:
        if name != "readinessProbe":
            values = merged(values, at(f"healthChecks.{part}.{name}", fields))
    assert probes(values) == {
        (part, name): readiness if name == "readinessProbe" else fields for part, name in PROBES
    }


def test_these_are_all_fields_that_kubernetes_has() -> None:
    fields = kubernetes_schemas.properties("io.k8s.api.core.v1.Probe", kubernetes_schemas.NEWEST)
    assert fields == TIMES.keys() | HANDLERS.keys()


@pytest.mark.parametrize("probe", PROBES, ids=".".join)
def test_each_is_off_by_its_enabled_and_the_others_stay(probe: tuple[str, str]) -> None:
    part, name = probe
    values = merged(with_all({"enabled": True}), at(f"healthChecks.{part}.{name}.enabled", False))
    assert probes(values).keys() == set(PROBES) - {probe}
