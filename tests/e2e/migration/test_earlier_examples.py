"""An equivalent of each example of the earlier chart, moved by the guide."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from forge_manager.commands.timeline.observations import NODE
from tests.e2e.framework.history import container, is_up
from tests.e2e.framework.leader import forgers
from tests.e2e.migration import earlier, equivalents, ledger
from tests.e2e.migration.earlier import Shape
from tests.e2e.migration.terminal import FROM_EARLIER, RELEASE
from tests.support import producer

if TYPE_CHECKING:
    from pathlib import Path

    from devkit.namespace import Namespace
    from tests.e2e.framework.deployment import Deployment, Object
    from tests.e2e.migration.terminal import Terminal
    from tests.support.keys import Pool

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(params=sorted(equivalents.EXAMPLES))
def example(
    request: pytest.FixtureRequest, values: Object, pool: Pool, namespace: Namespace
) -> Object:
    """The values of one example, as far as they are possible here; the Secret that it names."""
    found = equivalents.equivalent(request.param, values, pool)
    if found["cardanoNode"]["blockProducer"]:
        secret = producer.keys_secret(pool.issue())
        namespace.apply(secret | {"metadata": {"name": found["forgeManager"]["secretName"]}})
    return found


@pytest.fixture
def release(
    example: Object,
    earlier_definitions: None,
    terminal: Terminal,
    deployment: Deployment,
    tmp_path: Path,
) -> Deployment:
    """A release of the earlier chart by these values, with what its sidecar left."""
    namespace, shape = deployment.namespace, Shape.of(example)
    if shape.managed:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        namespace.apply(earlier.lease(now, shape.leader))
    chart = tmp_path / "earlier" / earlier.CHART
    earlier.write_chart(chart, RELEASE, deployment.images.standin, shape)
    terminal.run(f"helm install RELEASE {chart} -n NAMESPACE")
    terminal.run("kubectl -n NAMESPACE rollout status statefulset STS --timeout=5m")
    ledger.write(namespace, "blocks")
    return deployment


def test_the_guide_moves_an_equivalent_of_each_example(
    release: Deployment, terminal: Terminal, example: Object
) -> None:
    namespace = release.namespace
    terminal.write_values(example)
    claim = ledger.claim_uid(namespace)
    old = {pod["metadata"]["uid"] for pod in namespace.items("pods")}
    assert len(old) == example["replicaCount"]

    for commands in terminal.guide(FROM_EARLIER):
        terminal.run(commands)
    terminal.run("kubectl -n NAMESPACE rollout status statefulset STS --timeout=5m")

    pods = namespace.items("pods")
    assert len(pods) == example["replicaCount"]
    assert old.isdisjoint(pod["metadata"]["uid"] for pod in pods)
    assert all(is_up(pod, NODE) for pod in pods)
    assert (ledger.claim_uid(namespace), ledger.read(namespace)) == (claim, "blocks")
    guarded = example["cardanoNode"]["blockProducer"]
    assert all(bool(container(pod, "forge-guard")) is guarded for pod in pods)
    if guarded:
        release.wait_for("one that forges", lambda: len(forgers(namespace)) == 1 or None)
    else:
        assert not forgers(namespace)
