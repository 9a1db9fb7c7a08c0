"""The image as it is pulled: closed as the one that is built from the Dockerfile."""

from __future__ import annotations

import pytest

from devkit import paths
from devkit.environment import Environment
from tests.e2e.release.released import Released, make, run

pytestmark = pytest.mark.timeout(2400)


def test_make_test_security_passes_with_it(environment: Environment, released: Released) -> None:
    digest = run("crane", "digest", f"{released.image}:0.1.0").stdout.strip()
    outcome = make(
        paths.REPOSITORY,
        "test-security",
        KUBECONFIG=str(environment.cluster.kubeconfig),
        FORGE_MANAGER_IMAGE=f"{released.image}@{digest}",
        STANDIN_IMAGE=environment.images.standin,
    )
    assert outcome.code == 0
    assert "passed" in outcome.said
