"""What docs/alertmanager.md configures is whole, knows the chart's alerts, and has no secret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from devkit.paths import REPOSITORY
from tests.docs.pages import Page

PAGE = Page(REPOSITORY / "docs" / "alertmanager.md")
BLOCKS = [yaml.safe_load("\n".join(block.lines)) for block in PAGE.blocks]
ALERTS = {path.stem for path in (REPOSITORY / "charts/cardano-node/alerts").iterdir()}
#: Each takes its secret from a file, too.
SECRETS = {"bot_token", "webhook_url", "routing_key", "service_key", "url"}


def section(name: str) -> list[Any]:
    return [block[name] for block in BLOCKS if name in block]


def routes(route: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield route
    for child in route.get("routes", []):
        yield from routes(child)


def settings(value: object) -> Iterator[tuple[str, object]]:
    """Every key of a value's mappings, with what it is set to."""
    if isinstance(value, list):
        for one in value:
            yield from settings(one)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from settings(inner)


def test_every_receiver_that_a_route_names_is_shown_once() -> None:
    (route,) = section("route")
    named = {one["receiver"] for one in routes(route)}
    shown = [receiver["name"] for receivers in section("receivers") for receiver in receivers]
    assert sorted(shown) == sorted(named)
    assert all(matcher for one in routes(route) for matcher in one.get("matchers", ["all"]))


def test_secrets_are_read_from_files_that_nobody_has() -> None:
    found = dict(settings(section("receivers")))
    assert not SECRETS & found.keys()
    files = {key: value for key, value in found.items() if key.endswith("_file")}
    assert files.keys() == {"bot_token_file", "webhook_url_file", "routing_key_file", "url_file"}
    assert all("YOUR-SECRET" in str(value) for value in files.values())


def test_the_alerts_that_it_names_are_the_charts() -> None:
    named = set(re.findall(r"\bCardano[A-Z]\w+", PAGE.text))
    assert named
    assert named <= ALERTS


def test_the_switch_hears_an_alert_that_always_fires() -> None:
    (route,) = section("route")
    (watchdog,) = (
        rule for block in section("spec") for group in block["groups"] for rule in group["rules"]
    )
    assert watchdog["expr"] == "vector(1)"
    (switch,) = (one for one in routes(route) if one["receiver"] == "dead-mans-switch")
    assert switch["matchers"] == [f'alertname = "{watchdog["alert"]}"']
    assert switch is route["routes"][0]
