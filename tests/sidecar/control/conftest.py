"""A pod with a guard, and its node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forge_manager.fence.live_keys import LiveKeys
from tests.sidecar.guard.pod import FILES, Pod
from tests.sidecar.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.standin import StandinProcess


@pytest.fixture
def pod(tmp_path: Path) -> Iterator[Pod]:
    """A pod whose keys are checked and whose guard is at work."""
    pod = Pod(tmp_path)
    pod.provision(FILES)
    with pod.guard():
        until(lambda: pod.live is LiveKeys.ALL)
        yield pod


@pytest.fixture
def node(pod: Pod) -> Iterator[StandinProcess]:
    # The manager publishes a fence before a node can be up, as the startup gate sees to it.
    pod.publish(None, off=True)
    with pod.node() as node:
        yield node
