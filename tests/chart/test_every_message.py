"""Each message of a check or a warning is met by some values, and says which value it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import messagespage
from tests.chart import (
    test_api_checks,
    test_checks,
    test_cluster_checks,
    test_environment,
    test_lease_names,
    test_mithril_signer,
    test_network_checks,
    test_node_config_checks,
    test_node_hooks,
    test_node_ports,
    test_node_version,
    test_scaling,
    test_warnings,
    test_what_cannot_work,
)
from tests.chart.earlier_tables import OLDER, file_of
from tests.chart.hub_values import clustered, managed
from tests.chart.part_values import CREATED, MONITORED
from tests.chart.rendering import CHART, ROOT, RefusedError, notes
from tests.chart.samples import Values, at, defaults, merged, producer

BUDGET = at("podDisruptionBudget.enabled", True)
# What the tests of one part provoke by themselves; the rest stands in tables of theirs.
OF_PARTS: list[Values] = [
    merged(at("submitApi.enabled", True), at("ingress.hosts", [])),
    at("ingress.enabled", True),
    at("image.submitApi.enabled", True),
    producer(**at("submitApi.enabled", True)),
    merged(at("submitApi.enabled", True), at("submitApi.skipNodeCheck", False)),
    at("submitApi", {"enabled": True, "port": 3001}),
    producer(
        **at(
            "image.mithrilSigner",
            {"enabled": True, "repository": "r/input-output-hk/mithril-signer", "tag": "latest"},
        )
    ),
    test_node_version.LSM,
    merged(BUDGET, at("podDisruptionBudget.minAvailable", None)),
    BUDGET,
    merged(MONITORED, at("monitoring.podMonitor.enabled", True)),
    merged(
        at("monitoring.serviceMonitor.enabled", True), at("cardanoNode.prometheus.enabled", False)
    ),
    merged(MONITORED, at("forgeManager.service.enabled", False)),
    merged(
        at("replicaCount", 2), at("persistence.socket", {"enabled": True, "existingClaim": "mine"})
    ),
    merged(CREATED, at("secrets.create", True)),
    at("secrets.create", True),
    at("podSpec.containers", []),
    at("cardano-forge-crds.enabled", True),
    at("cardanoNode.blockProducer", True),
    producer(**at("cardanoNode.args", ["start"])),
    producer(**at("forgeManager.forgingMetric", "")),
    producer(**at("forgeManager.clusterManagement.enabled", True)),
    managed(legacy={"crd": {"cardanoForgeCluster": {"enabled": True}}}),
    clustered(override={"enabled": True, "reason": "tired"}),
    clustered(override={"enabled": True, "forceState": "Disabled"}),
    at("sleepMode", True),
    managed(multiTenant={"enabled": True, "pool": {"ticker": "toolong"}}),
    at("rolloutOnConfigChange", False),
    at("persistence.size", "9Gi"),
    at("cardanoNode.mithril.genesisVerificationKey", test_network_checks.EARLIER_KEY),
    merged(
        test_network_checks.PREPROD,
        at("cardanoNode.mithril.genesisVerificationKey", test_network_checks.EARLIER_KEY),
    ),
]
_ACTION = re.compile(r"\{\{.*?\}\}")
# What follows is one text or another.
_BRANCH = re.compile(r"\{\{ (?:if|with) ")


def messages() -> dict[str, re.Pattern[str]]:
    """What each line of the templates that is a message prints, by file and line."""
    found = {}
    for name, number, line in messagespage.messages(CHART / "templates"):
        whole, *branches = _BRANCH.split(line)
        parts = [re.escape(part) for part in _ACTION.split(whole)]
        pattern = ".*".join([*parts, ""] if branches else parts)
        found[f"{name}:{number}: {line[:60]}"] = re.compile(pattern)
    return found


def provoking() -> Iterator[Values]:
    """Values of the tables and of the list above."""
    tables: list[dict[str, Any]] = [
        test_checks.REFUSED,
        test_api_checks.REFUSED,
        test_cluster_checks.REFUSED,
        test_environment.REFUSED,
        test_cluster_checks.WARNED,
        test_mithril_signer.REFUSED,
        test_node_config_checks.REFUSED,
        test_node_config_checks.WARNED,
        test_node_hooks.REFUSED,
        test_node_ports.REFUSED,
        test_node_version.REFUSED,
        test_lease_names.WARNED,
        test_scaling.REFUSED,
        test_warnings.WARNED,
        test_what_cannot_work.REFUSED,
        test_what_cannot_work.WARNED,
    ]
    for table in tables:
        yield from (values for values, *_ in table.values())
    for values, *_ in test_network_checks.REFUSED.values():
        yield merged(test_network_checks.PREPROD, values)
    yield from OF_PARTS


@cache
def said() -> frozenset[str]:
    """The problems and warnings that these values are met with."""
    named = _lines({}, release="1pool")
    return frozenset([*named, *(line for values in provoking() for line in _lines(values))])


def _lines(values: Values, release: str = "test") -> list[str]:
    try:
        text = notes(values, release=release)
    except RefusedError as refusal:
        text = str(refusal)
    return [line.removeprefix("  - ") for line in text.splitlines() if line.startswith("  - ")]


def test_every_message_is_provoked() -> None:
    silent = [
        line for line, pattern in messages().items() if not any(map(pattern.fullmatch, said()))
    ]
    assert not silent


def test_every_message_is_a_line_of_the_templates() -> None:
    patterns = messages().values()
    for line in said():
        assert any(pattern.match(line) for pattern in patterns), line


def test_every_message_names_a_value_that_there_is_and_is_a_sentence() -> None:
    accepted = merged(file_of(dict.fromkeys(OLDER)), defaults())
    for line in said():
        found: Any = accepted
        for key in line.partition(": ")[0].split("."):
            if found == {}:  # what is in it is the user's
                break
            assert key in found, line
            found = found[key]
        assert line.endswith((".", ")")), line


def test_the_page_of_messages_is_that_of_the_templates() -> None:
    page = ROOT / "docs" / "messages.md"
    assert page.read_text() == messagespage.document(), "run: make docs"
    assert page.read_text().count("\n| `") == len(messages())
