"""The kinds of nodes that cases run beside: each is the environment that makes a stand-in one."""

from __future__ import annotations

import pytest

VERSIONS = {
    version: {"NODE_VERSION": version} for version in ("10.6", "10.7.0", "10.7.1", "11.0", "11.1")
}
#: The version with the narrowest limits that people ran.
NARROWEST = {"10.7.0": VERSIONS["10.7.0"]}
#: An image whose entry point does nothing with START_AS_NON_PRODUCING.
IGNORES_VARIABLE = {"variable ignored": {"STANDIN_IGNORE_START_AS_NON_PRODUCING": "true"}}
#: Answers of the metrics page that take long, or cost a connection each.
SLOW = {
    "0.25 s": {"STANDIN_METRICS_SECONDS": "0.25"},
    "1 s": {"STANDIN_METRICS_SECONDS": "1"},
    "1.9 s": {"STANDIN_METRICS_SECONDS": "1.9"},
    "closes each time": {"STANDIN_METRICS_CLOSE": "true"},
}


def beside(kinds: dict[str, dict[str, str]]) -> pytest.MarkDecorator:
    """Have a case run beside each of these."""
    return pytest.mark.parametrize(
        "shared_three_replicas", kinds.values(), ids=kinds, indirect=True
    )
