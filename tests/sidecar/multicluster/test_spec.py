"""What a CardanoForgeCluster says, and what counts of it at a given time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge_manager.multicluster.spec import Effective, effective, spec_from
from forge_manager.settings.cluster_spec import ClusterSpec, ForgeState, Header, HealthCheck

SETTINGS = ClusterSpec(
    ForgeState.PRIORITY_BASED, 100, HealthCheck(False, "https://settings/", 30, 10, 3, ())
)
EXPIRES = "2026-01-31T12:00:00Z"
EXPIRES_S = 1_769_860_800.0


def spec(**fields: Any) -> ClusterSpec:
    return spec_from({"spec": fields}, SETTINGS)


def override(**fields: Any) -> ClusterSpec:
    return spec(priority=5, override={"enabled": True, **fields})


def test_what_the_object_says_counts_instead_of_the_settings() -> None:
    found = spec(
        forgeState="Enabled",
        priority=5,
        healthCheck={
            "enabled": True,
            "endpoint": "http://here",
            "interval": "2m",
            "timeout": "3s",
            "failureThreshold": 4,
            "headers": {"A": "b"},
        },
    )
    health = HealthCheck(True, "http://here", 120, 3, 4, (Header("A", "b"),))
    assert found == ClusterSpec(ForgeState.ENABLED, 5, health)


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"spec": None},
        {"spec": {"forgeState": "enabled", "priority": 0, "override": {"forceState": "Disabled"}}},
        {"spec": {"priority": True, "healthCheck": {"interval": "1d", "timeout": 5}}},
        {"spec": {"priority": "5", "healthCheck": {"endpoint": "ftp://x", "enabled": "yes"}}},
        {"spec": {"healthCheck": {"failureThreshold": 0, "headers": []}}},
    ],
)
def test_what_it_does_not_say_is_as_in_the_settings(document: dict[str, Any]) -> None:
    assert spec_from(document, SETTINGS) == SETTINGS


def test_an_endpoint_that_is_taken_away_is_none() -> None:
    health = spec(healthCheck={"enabled": True, "endpoint": ""}).health
    assert health.endpoint == ""
    assert not health.asks


def test_times_are_never_zero_and_never_endless() -> None:
    health = spec(healthCheck={"interval": "0s", "timeout": "999999h"}).health
    assert (health.interval_s, health.timeout_s) == (1, 300)


def test_without_an_override_what_is_configured_counts() -> None:
    assert effective(spec(priority=5), 0.0) == Effective(ForgeState.PRIORITY_BASED, 5)


def test_an_override_without_expiry_holds_until_it_is_removed() -> None:
    found = effective(override(forceState="Disabled", reason="repairs"), 9e9)
    assert found == Effective(ForgeState.DISABLED, 5, True, "repairs")


def test_an_override_ends_at_its_expiry() -> None:
    disabled = override(forceState="Disabled", forcePriority=1, expiresAt=EXPIRES)
    before, after = (effective(disabled, EXPIRES_S + s) for s in (-0.001, 0.0))
    assert before == Effective(ForgeState.DISABLED, 1, True)
    assert after == Effective(ForgeState.PRIORITY_BASED, 5)


def test_an_override_changes_only_what_it_names() -> None:
    assert effective(override(forcePriority=9), 0.0).state is ForgeState.PRIORITY_BASED
    assert effective(override(forceState="Enabled"), 0.0).priority == 5


def test_an_expiry_that_is_no_time_does_not_end_a_persons_decision() -> None:
    found = effective(override(forceState="Disabled", expiresAt="soon"), 9e9)
    assert found.state is ForgeState.DISABLED


TEXT = st.text("Enabled0123s-", max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["forgeState", "priority", "healthCheck", "override"]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_whatever_stands_there_is_a_spec(fields: dict[str, Any]) -> None:
    found = effective(spec(**fields), 0.0)
    assert 1 <= found.priority <= 999


@pytest.mark.parametrize(
    ("endpoint", "goes"),
    [
        ("https://settings/other", True),
        ("https://settings:443/", True),
        ("http://settings/", False),
        ("https://settings:444/", False),
        ("https://elsewhere/", False),
        ("https://settings:99999/", False),
    ],
)
def test_headers_of_the_settings_go_to_no_other_server(endpoint: str, goes: bool) -> None:
    health = replace(SETTINGS.health, headers=(Header("Token", "t"),))
    given = {"spec": {"healthCheck": {"endpoint": endpoint}}}
    found = spec_from(given, replace(SETTINGS, health=health)).health
    assert bool(found.headers) is goes
