"""Fixtures of the end-to-end tests: a cluster, and a namespace for each case."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

import pytest

from devkit import environment as environments
from devkit import paths
from devkit.kubectl import Kubectl
from devkit.namespace import Namespace
from devkit.steps import StepError
from tests.e2e.framework.deployment import Deployment
from tests.e2e.framework.history import PodWatch
from tests.e2e.framework.namespaces import begin_deletion, create
from tests.e2e.framework.record import FIGURES
from tests.support.keys import Pool

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from devkit.environment import Environment
    from tests.e2e.framework.case import Case
    from tests.e2e.framework.three_replicas import SharedThreeReplicas

KUBECTL = paths.LINKS / "bin" / "kubectl"
_NAME_CHARACTERS = 40


@pytest.fixture(scope="session")
def environment() -> Environment:
    return environments.load()


@pytest.fixture
def namespace(request: pytest.FixtureRequest, environment: Environment) -> Iterator[Namespace]:
    """A namespace of this case's own, under the `restricted` standard."""
    slug = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).removeprefix("test-")
    name = f"{slug[:_NAME_CHARACTERS].strip('-')}-{secrets.token_hex(3)}"
    namespace = Namespace(Kubectl(KUBECTL, environment.cluster.kubeconfig), name)
    create(namespace)
    yield namespace
    begin_deletion(namespace.kubectl, name)


@pytest.fixture
def deployment(
    environment: Environment, namespace: Namespace, tmp_path: Path
) -> Iterator[Deployment]:
    """A producer that is not installed yet, its pod's states recorded from the first on."""
    watch = PodWatch.start(namespace, tmp_path / "pods.json")
    yield Deployment(environment.images, namespace, watch)
    watch.stop()


@pytest.fixture
def pool() -> Pool:
    return Pool.generate()


@pytest.fixture
def case(shared_three_replicas: SharedThreeReplicas) -> Case:
    """Three replicas of which one has forged for a while, and whoever needs to know it."""
    return shared_three_replicas.present().settled()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add figures to a case's report, and to that of one that failed the state of its namespace."""
    report = yield
    if report.when != "call":
        return report
    known = getattr(item, "funcargs", {})
    case, deployment = known.get("case"), known.get("deployment")
    if case is not None:
        deployment = case.system
        report.user_properties.append((FIGURES, "; ".join(case.notes)))
    # A wait that was in vain has said it already.
    waited_in_vain = call.excinfo is not None and call.excinfo.errisinstance(StepError)
    if report.failed and deployment and not waited_in_vain:
        report.sections.append(("what it looks like", deployment.diagnosis()))
    if report.failed and case is not None:
        report.sections.append(("who forged when", case.history()))
        case.system.condemned = True
    return report
