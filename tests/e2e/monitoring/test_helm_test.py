"""`helm test` passes on a healthy release, and says why on another."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from devkit import paths, steps
from forge_manager.commands.timeline.observations import NODE
from tests.e2e.framework.history import container
from tests.support.producer import NAME

if TYPE_CHECKING:
    from tests.e2e.framework.deployment import Deployment
    from tests.support.keys import Pool

pytestmark = pytest.mark.timeout(300)


def helm_test(deployment: Deployment) -> tuple[int, str]:
    """Exit code, and all that a person reads."""
    done = subprocess.run(
        [
            str(paths.LINKS / "bin" / "helm"),
            *("test", NAME, "--logs", "--timeout=150s"),
            *("--namespace", deployment.namespace.name),
        ],
        capture_output=True,
        text=True,
        timeout=180,
        env={**os.environ, "KUBECONFIG": str(deployment.namespace.kubectl.kubeconfig)},
        check=False,
    )
    said = done.stdout + done.stderr
    steps.say(said)
    return done.returncode, said


def all_ready(deployment: Deployment) -> bool:
    pods = [container(pod, NODE) for pod in deployment.namespace.items("pods")]
    return len(pods) == 3 and all(pod.get("ready") is True for pod in pods)


def test_a_healthy_release_passes_with_one_forger_of_three(
    deployment: Deployment, pool: Pool
) -> None:
    deployment.put_secret(pool.issue())
    deployment.install({"replicaCount": 3})
    deployment.wait_for("three ready nodes", lambda: all_ready(deployment))
    code, said = helm_test(deployment)
    assert code == 0
    assert "PASSED: 3 managers, 1 forging" in said


def test_a_release_with_a_wrong_secret_fails_with_the_reason(
    deployment: Deployment, pool: Pool
) -> None:
    right = pool.issue(counter=1)
    deployment.put_secret(right.with_kes_of(pool.issue(counter=2)))
    deployment.install()
    deployment.wait_for_reason("KesKeyMismatch")
    code, said = helm_test(deployment)
    assert code != 0
    assert "/startup-status: KesKeyMismatch: " in said.partition("FAILED:\n")[2]
