"""A newcomer's way: install, a broken Secret, its reason, the remedy, a node that forges.

The commands are the README's, word for word, and so are the values, but for what the test cluster
has not: the real node and the internet. So the node is the stand-in, on a network of its own, and
the chart is released into a registry on this machine.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from devkit import paths, steps
from devkit.kubectl import Kubectl
from devkit.namespace import Namespace
from forge_manager.commands.timeline.observations import MANAGER, NODE
from tests.docs.values import my_values
from tests.e2e.framework.deployment import merged
from tests.e2e.framework.history import restarts
from tests.e2e.framework.namespaces import delete
from tests.e2e.framework.told import story
from tests.e2e.reader.desk import commands_of, desk_at
from tests.e2e.release.released import run
from tests.support import producer
from tests.support.network import CustomNetwork

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devkit.environment import Environment
    from tests.e2e.release.released import Released
    from tests.support.keys import Pool

pytestmark = pytest.mark.timeout(1800)

NAMESPACE, RELEASE, POD = "pool", "my-pool", "my-pool-cardano-node-0"
REASON = "KesKeyMismatch"
PUBLISHED = "oci://ghcr.io/OWNER/charts/cardano-node"
_DEADLINE_S = 90.0


def readers_values(environment: Environment) -> dict[str, Any]:
    """The README's values, with what takes the place of the images and of the internet."""
    network = CustomNetwork()
    standin = producer.values(
        network,
        forge_manager_image=environment.images.forge_manager,
        standin_image=environment.images.standin,
    )
    del standin["fullnameOverride"], standin["image"]["forgeManager"]
    read = yaml.safe_load(my_values())
    del read["cardanoNode"]["topology"]
    return merged(
        merged(standin, read),
        {
            "cardanoNode": {"network": "custom"},
            "extraObjects": [producer.genesis_config_map(network)],
        },
    )


@pytest.fixture
def pool_namespace(environment: Environment) -> Iterator[Namespace]:
    """The README's namespace, which it has helm create."""
    kubectl = Kubectl(paths.LINKS / "bin" / "kubectl", environment.cluster.kubeconfig)
    delete(kubectl, NAMESPACE)
    yield Namespace(kubectl, NAMESPACE)
    delete(kubectl, NAMESPACE)


def wait_for_reason(namespace: Namespace) -> None:
    def said() -> bool:
        return REASON in namespace.logs(POD, MANAGER)

    steps.wait_for(f"{REASON} in the log", said, deadline_s=_DEADLINE_S, interval_s=1)


def test_from_the_readme_to_a_broken_secret_its_reason_and_a_node_that_forges(
    environment: Environment,
    released: Released,
    pool_namespace: Namespace,
    pool: Pool,
    tmp_path: Path,
) -> None:
    name = "test_from_the_readme_to_a_broken_secret_its_reason_and_a_node_that_forges"
    here = f"oci://{released.address}/charts/cardano-node --plain-http"
    desk = desk_at(tmp_path, environment.cluster.kubeconfig, **{PUBLISHED: here})
    install, create, logs, ask, replace, annotate, wait, test = commands_of("README.md", name)
    (tmp_path / "my-pool.yaml").write_text(json.dumps(readers_values(environment)))
    right = pool.issue(counter=1)
    right.with_kes_of(pool.issue(counter=2)).write(tmp_path)

    assert desk.run(install.text).returncode == 0
    assert desk.run(create.text).returncode == 0
    wait_for_reason(pool_namespace)
    assert REASON in desk.run(logs.text).stdout
    asked = desk.run(ask.text)
    assert (asked.returncode, REASON in asked.stdout) == (1, True)
    failed = desk.run(test.text.replace("--logs", "--logs --timeout=150s"), deadline_s=180)
    assert (failed.returncode, REASON in failed.stdout + failed.stderr) == (1, True)

    right.write(tmp_path)
    assert desk.run(replace.text).returncode == 0
    assert desk.run(annotate.text).returncode == 0
    assert desk.run(wait.text).returncode == 0
    passed = desk.run(test.text, deadline_s=180)
    assert passed.returncode == 0
    assert "PASSED: 1 managers, 1 forging" in passed.stdout

    (pod,) = pool_namespace.items("pods", f"--field-selector=metadata.name={POD}")
    assert restarts(pod)[NODE] == 0
    told = story(pool_namespace, RELEASE)
    steps.say(told)
    assert f"/startup-status 503 {REASON}" in told
    assert "ForgingConfirmed" in told
    digest = run("crane", "digest", f"{released.image}:0.1.0").stdout.strip()
    images = {each["name"]: each["image"] for each in pod["spec"]["initContainers"]}
    ours = {images[name] for name in ("init-cardano-setup", "forge-guard", MANAGER)}
    assert ours == {f"{released.image}@{digest}"}
