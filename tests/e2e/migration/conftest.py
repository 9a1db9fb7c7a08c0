"""An operator with a values file; the cluster's definitions are this chart's again at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from devkit.kubectl import Kubectl
from tests.e2e.conftest import KUBECTL
from tests.e2e.framework.deployment import merged
from tests.e2e.migration import definitions
from tests.e2e.migration.terminal import Terminal
from tests.support import producer
from tests.support.network import CustomNetwork

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devkit.environment import Environment
    from devkit.namespace import Namespace
    from tests.support.keys import Pool

Object = dict[str, Any]


@pytest.fixture
def kubectl(environment: Environment) -> Kubectl:
    return Kubectl(KUBECTL, environment.cluster.kubeconfig)


@pytest.fixture(autouse=True)
def our_definitions(kubectl: Kubectl) -> Iterator[None]:
    """Ours before and after each case, whatever it does to them."""
    definitions.install_ours(kubectl)
    yield
    definitions.install_ours(kubectl)


@pytest.fixture
def earlier_definitions(our_definitions: None, kubectl: Kubectl) -> None:
    definitions.install_earlier(kubectl)


@pytest.fixture
def values(environment: Environment, namespace: Namespace, pool: Pool) -> Object:
    """A small producer with a claim; its keys and its network's genesis files are there."""
    network = CustomNetwork()
    namespace.apply(producer.genesis_config_map(network))
    namespace.apply(producer.keys_secret(pool.issue()))
    images = environment.images
    small = producer.values(
        network, forge_manager_image=images.forge_manager, standin_image=images.standin
    )
    return merged(small, {"persistence": {"ledger": {"enabled": True, "size": "64Mi"}}})


@pytest.fixture
def terminal(namespace: Namespace, values: Object, tmp_path: Path) -> Terminal:
    terminal = Terminal.open(tmp_path / "checkout", namespace)
    terminal.write_values(values)
    return terminal
