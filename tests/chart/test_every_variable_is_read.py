"""No value is dead in the sidecar: its code reads each variable that the chart gives it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import reduce
from typing import Any

import pytest

from forge_manager.base.env import Environment
from forge_manager.commands.guard import parse_guard_settings
from forge_manager.commands.prepare.settings import parse_config_directories, parse_prepare_settings
from forge_manager.settings.manager import parse_settings
from tests.chart.hub_values import hubbed
from tests.chart.rendering import CHART, render
from tests.chart.samples import Values, at, custom_network, merged, producer

# Passed on and not read, as the value's description says: by variable, the value.
OF_NO_EFFECT = {"SLEEP_INTERVAL": "forgeManager.sleepInterval"}

CASES: dict[str, Values] = {
    "a relay": {},
    "a relay without Mithril": at("cardanoNode.mithril.enabled", False),
    "a producer": producer(),
    "a producer alone": at("cardanoNode.blockProducer", True),
    "a producer of a custom network": merged(
        custom_network(), at("cardanoNode.genesisConfigMap", "genesis")
    ),
    "one of several clusters": merged(
        hubbed(renewDeadlineSeconds=9, retryPeriodSeconds=2),
        at(
            "forgeManager.clusterManagement.healthCheck",
            {
                "enabled": True,
                "endpoint": "https://health.example",
                "headersSecret": "headers",
                "tls": {"caSecret": "ca"},
            },
        ),
    ),
    "a disabled one with terms of its own": producer(
        forgeManager={
            "clusterManagement": {"enabled": True, "forgeState": "Disabled"},
            "election": {"renewDeadlineSeconds": 9, "retryPeriodSeconds": 2},
        }
    ),
}


def described(path: str) -> str:
    """What the schema says of a value."""
    schema = json.loads((CHART / "values.schema.json").read_text())
    entry: Any = reduce(lambda place, key: place["properties"][key], path.split("."), schema)
    return str(entry["description"])


class Recorder(dict[str, str]):
    """An environment that notes what it is asked for."""

    def __init__(self, variables: dict[str, str]) -> None:
        super().__init__(variables)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return it, noted."""
        self.asked.add(name)
        return super().get(name, default)


def parse_manager(given: Recorder) -> None:
    """Of the manager, and of `reload-topology`, which people call in its container."""
    parse_settings(given)
    parse_config_directories(Environment(given))


#: How the program of each container reads its environment.
READ_BY: dict[str, Callable[[Recorder], object]] = {
    "init-cardano-setup": parse_prepare_settings,
    "forge-guard": parse_guard_settings,
    "cardano-forge-manager": parse_manager,
}


def unread(values: Values) -> set[str]:
    """Variables that the chart gives to a container of the sidecar, and nothing there asks for."""
    containers = {each["name"]: each for each in render(values).pod["initContainers"]}
    found: set[str] = set()
    for name, parse in READ_BY.items():
        entries = containers.get(name, {}).get("env", [])
        given = Recorder({each["name"]: each.get("value", "a-b") for each in entries})
        if given:
            parse(given)
        found |= set(given) - given.asked
    return found


@pytest.mark.parametrize("case", CASES)
def test_every_variable_is_read(case: str) -> None:
    assert unread(CASES[case]) <= set(OF_NO_EFFECT)


def test_what_has_no_effect_is_said_to_have_none() -> None:
    assert set(OF_NO_EFFECT) == unread(producer())
    for path in OF_NO_EFFECT.values():
        assert "no effect" in described(path).lower()
