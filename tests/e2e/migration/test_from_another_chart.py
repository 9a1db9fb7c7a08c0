"""A producer of another public chart: the new one is held until no pod of the old one is left."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from forge_manager.commands.timeline.observations import NODE
from tests.e2e.framework.history import is_up
from tests.support import producer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.framework.deployment import Deployment
    from tests.e2e.migration.terminal import Terminal
    from tests.support.keys import Pool

pytestmark = pytest.mark.timeout(420)

Object = dict[str, Any]
# Blink Labs' names for a release `old`.
OLD = "old"
SET = f"{OLD}-cardano-node"
LABELS = {"app.kubernetes.io/instance": OLD, "cardano_service": "cardano-node"}
CLAIM = f"node-db-{SET}-0"
SECRET = f"{OLD}-secret"


def objects(image: str) -> list[Object]:
    """A StatefulSet that runs until it is told to end, with its claim, and the keys' Secret."""
    sleep = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"]
    confined = {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        # Theirs is root, which the namespace refuses.
        "runAsNonRoot": True,
        "runAsUser": 10001,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    container = {
        "name": NODE,
        "image": image,
        "command": sleep,
        "securityContext": confined,
        "volumeMounts": [{"name": "node-db", "mountPath": "/data"}],
    }
    claim = {
        "metadata": {"name": "node-db"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "64Mi"}},
        },
    }
    spec = {
        "replicas": 1,
        "serviceName": f"{SET}-headless",
        "selector": {"matchLabels": LABELS},
        "template": {"metadata": {"labels": LABELS}, "spec": {"containers": [container]}},
        "volumeClaimTemplates": [claim],
    }
    return [
        {
            "apiVersion": "apps/v1",
            "kind": "StatefulSet",
            "metadata": {"name": SET, "labels": LABELS},
            "spec": spec,
        },
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": SECRET}},
    ]


@pytest.fixture
def desk(terminal: Terminal, deployment: Deployment, pool: Pool, tmp_path: Path) -> Terminal:
    """A terminal with the pool's files at hand, where the old release runs."""
    chart = tmp_path / "theirs"
    templates = chart / "templates"
    templates.mkdir(parents=True)
    about = {"apiVersion": "v2", "name": "cardano-node", "version": "0.8.6"}
    (chart / "Chart.yaml").write_text(json.dumps(about))
    for each in objects(deployment.images.standin):
        (templates / f"{each['kind']}.yaml").write_text(json.dumps(each))
    terminal.run(f"helm install {OLD} {chart} -n NAMESPACE")
    terminal.run(f"kubectl -n NAMESPACE rollout status statefulset {SET} --timeout=3m")
    # The guide makes it.
    terminal.run(f"kubectl -n NAMESPACE delete secret {producer.KEYS_SECRET}")
    pool.issue().write(terminal.directory)
    return terminal


def test_the_guide_never_has_two_of_a_pool(desk: Terminal, deployment: Deployment) -> None:
    namespace = deployment.namespace
    selector = ",".join(f"{key}={value}" for key, value in LABELS.items())
    names = {"OLD": OLD, "OLDSTS": SET, "LABELS": selector}
    steps = desk.guide("A block producer", "from-other-charts.md")
    _, keys, install, ready, stop, remove, release = steps

    def old() -> list[Object]:
        return namespace.items("pods", f"--selector={selector}")

    before = [pod["metadata"]["uid"] for pod in old()]
    assert len(before) == 1
    for commands in (keys, install, ready):
        desk.run(commands, **names)
    deployment.wait_for_pod("a ready node", lambda pod: is_up(pod, NODE))
    deployment.wait_for_reason("CredentialsProvisioned")
    assert [pod["metadata"]["uid"] for pod in old()] == before
    assert "tick" not in namespace.logs(producer.POD, NODE)

    desk.run(stop, **names)
    assert not old()
    desk.run(remove, **names)
    assert "tick" not in namespace.logs(producer.POD, NODE)
    secrets = {secret["metadata"]["name"] for secret in namespace.items("secrets")}
    assert producer.KEYS_SECRET in secrets
    assert SECRET not in secrets
    assert CLAIM in {claim["metadata"]["name"] for claim in namespace.items("pvc")}

    desk.run(release, **names)
    deployment.wait_for_line(NODE, "tick")
    assert not old()
