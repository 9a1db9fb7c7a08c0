"""One producer that runs, with a container of the user's beside it, for all cases of a file."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from devkit.environment import Environment
from devkit.kubectl import Kubectl
from devkit.namespace import Namespace
from forge_manager.commands.timeline.observations import NODE
from tests.e2e.conftest import KUBECTL
from tests.e2e.framework.deployment import Deployment
from tests.e2e.framework.history import PodWatch, is_up
from tests.e2e.framework.namespaces import begin_deletion, create
from tests.e2e.security.intruder import EXTRA, extra_container
from tests.support.keys import CredentialFiles, Pool


@pytest.fixture(scope="module")
def keys() -> CredentialFiles:
    return Pool.generate().issue()


@pytest.fixture(scope="module")
def producer(
    environment: Environment, keys: CredentialFiles, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """A leader of one replica. Cases look, and leave it as it was."""
    kubectl = Kubectl(KUBECTL, environment.cluster.kubeconfig)
    namespace = Namespace(kubectl, f"security-{secrets.token_hex(3)}")
    create(namespace)
    watch = PodWatch.start(namespace, tmp_path_factory.mktemp("watch") / "pods.json")
    deployment = Deployment(environment.images, namespace, watch)
    try:
        deployment.put_secret(keys)
        deployment.install({"extraContainers": [extra_container(environment.images.standin)]})
        deployment.wait_for_pod(
            "a ready node", lambda pod: all(is_up(pod, name) for name in (NODE, EXTRA))
        )
        yield deployment
    finally:
        watch.stop()
        begin_deletion(kubectl, namespace.name)
