"""A pool that ran on a host: installed held, its ledger brought along, released."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from forge_manager.commands.timeline.observations import NODE
from tests.e2e.framework.history import is_up
from tests.e2e.migration import ledger
from tests.e2e.migration.terminal import FROM_A_HOST
from tests.support import producer

if TYPE_CHECKING:
    from devkit.namespace import Namespace
    from tests.e2e.framework.deployment import Deployment
    from tests.e2e.migration.terminal import Terminal

pytestmark = pytest.mark.timeout(300)


def holder(namespace: Namespace) -> str:
    """Return who holds the Lease; nobody where there is none."""
    said = namespace.run("get", "lease", "--output=json")
    leases = json.loads(said)["items"]
    return "".join(lease["spec"].get("holderIdentity") or "" for lease in leases)


def obstacles(log: str) -> list[str]:
    """Return what stood in the way of leading, in order; nothing any more is an empty string."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    about = ("not campaigning", "nothing keeps this pod from leading any more")
    return [line.get("reason", "") for line in lines if line["message"] in about]


def test_the_guide_brings_a_pool_that_forges_only_when_it_is_released(
    terminal: Terminal, deployment: Deployment
) -> None:
    namespace = deployment.namespace
    chunk = terminal.directory / "db" / "immutable" / "00000.chunk"
    chunk.parent.mkdir(parents=True)
    chunk.write_text("of the host\n")
    _, install, seed, ready, on_the_host, release = terminal.guide(FROM_A_HOST)

    terminal.run(install)
    deployment.wait_for_pod("a ready node", lambda pod: is_up(pod, NODE))
    ledger.write(namespace, "begun-here")
    ledger.in_node(namespace, "touch /data/db/immutable/00001.chunk")

    terminal.run(seed)
    assert obstacles(terminal.run(ready))[-1] == "HeldOff"
    pod = deployment.wait_for_pod("a ready node again", lambda pod: is_up(pod, NODE))
    assert ledger.read(namespace) == "of the host"
    # Nothing of the ledger that was begun here is left under the other's.
    assert ledger.in_node(namespace, "ls /data/db/immutable") == "00000.chunk"
    assert not holder(namespace)
    assert "tick" not in namespace.logs(producer.POD, NODE)

    # Its step on the old host is a person's.
    assert "systemctl disable --now cardano-node" in on_the_host
    terminal.run(release)
    deployment.wait_for_line(NODE, "tick")
    assert deployment.pod()["metadata"]["uid"] != pod["metadata"]["uid"]
    assert holder(namespace).startswith(producer.POD)
