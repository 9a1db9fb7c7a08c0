"""A pytest plugin that takes the rule away that SABOTAGE names, for a test that is to notice it."""

from __future__ import annotations

import os

import pytest

from tests.sidecar.simulation.bond_sabotage import SABOTAGES as OF_BONDS
from tests.sidecar.simulation.control_sabotage import SABOTAGES as OF_CONTROL
from tests.sidecar.simulation.federated_sabotage import SABOTAGES as OF_CLUSTERS
from tests.sidecar.simulation.lease_sabotage import SABOTAGES as OF_LEASES
from tests.sidecar.simulation.sabotage import SABOTAGES


def pytest_configure(config: pytest.Config) -> None:
    """Take it away for this run."""
    patch = pytest.MonkeyPatch()
    every = {**SABOTAGES, **OF_CONTROL, **OF_LEASES, **OF_CLUSTERS, **OF_BONDS}
    every[os.environ["SABOTAGE"]](patch)
    config.add_cleanup(patch.undo)
