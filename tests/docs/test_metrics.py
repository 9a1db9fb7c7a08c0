"""A metric that a page names is one of the sidecar's."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import Page, pages
from tests.support.metric_names import documented, series

# The node's own metrics are not the sidecar's.
METRIC = re.compile(r"\bcardano_(?!node_metrics_)[a-z_]+\b")
KNOWN = documented().keys() | series()


def named(page: Page) -> list[tuple[int, str]]:
    blocks = [(block.line, line) for block in page.blocks for line in block.lines]
    return [
        (number, name)
        for number, code in [*page.code_of_ours, *blocks]
        for name in METRIC.findall(code)
    ]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_a_metric_that_is_named_exists(page: Page) -> None:
    missing = [
        f"{page.name}:{number}: {name} is not in docs/metrics.md"
        for number, name in named(page)
        # `grep cardano_kes` means all that begin so.
        if not any(known.startswith(name) for known in KNOWN)
    ]
    assert not missing, "\n".join(missing)
