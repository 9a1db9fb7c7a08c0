"""For a busy machine: on several workers who mostly waits begins, and no example has a deadline."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# A machine that stands still for a second says nothing about an example.
settings.register_profile("busy", deadline=None)
settings.load_profile("busy")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the tests marked `waits` over three workers of four, at the beginning of their part.

    `--dist worksteal` deals the list out in parts of one size, in its order.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers == 1:
        return
    waiting = [item for item in items if item.get_closest_marker("waits")]
    busy = [item for item in items if not item.get_closest_marker("waits")]
    waiters = [worker for worker in range(workers) if worker % 4 != 3]
    size = len(items) // workers
    items.clear()
    for worker in range(workers):
        own = waiting[waiters.index(worker) :: len(waiters)] if worker in waiters else []
        rest = max(0, size - len(own)) if worker < workers - 1 else len(busy)
        items += own + busy[:rest]
        del busy[:rest]
