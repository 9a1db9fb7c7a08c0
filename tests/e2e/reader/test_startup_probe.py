"""The startup endpoint, as STARTUP-PROBE.md asks it from outside the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.reader.desk import commands_of, desk_at
from tests.support import producer
from tests.support.standin import free_port

if TYPE_CHECKING:
    from pathlib import Path

    from devkit.environment import Environment
    from tests.e2e.framework.deployment import Deployment
    from tests.support.keys import Pool

pytestmark = pytest.mark.timeout(400)


def test_the_startup_endpoint_is_asked_from_outside_the_cluster(
    deployment: Deployment, environment: Environment, pool: Pool, tmp_path: Path
) -> None:
    name = "test_the_startup_endpoint_is_asked_from_outside_the_cluster"
    forward, script, curl = commands_of("STARTUP-PROBE.md", name)
    deployment.put_secret(pool.issue())
    deployment.install()
    # Of a pod that still waits kubectl forwards no port.
    deployment.wait_for_pod("a running pod", lambda pod: pod["status"]["phase"] == "Running")
    port = str(free_port())
    desk = desk_at(
        tmp_path / "desk",
        environment.cluster.kubeconfig,
        NAMESPACE=deployment.namespace.name,
        POD=producer.POD,
    )
    forwarding = desk.start(forward.text.replace("8000:8000", f"{port}:8000"))
    try:
        assert desk.run(script.text.replace("8000", port)).returncode == 0
        assert (
            '"reason": "CredentialsProvisioned"' in desk.run(curl.text.replace("8000", port)).stdout
        )
    finally:
        forwarding.terminate()
        forwarding.wait(10)
