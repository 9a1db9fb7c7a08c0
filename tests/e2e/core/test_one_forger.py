"""Three replicas, one forger, by the stand-in's own log as witness."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.history import container, restarts
from tests.e2e.framework.witness import Witness, longest_gap_s, overlap_s
from timeline.observations import MANAGER, NODE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.e2e.framework.deployment import Deployment
    from tests.support.keys import Pool

pytestmark = [pytest.mark.timeout(300), pytest.mark.timed]

PODS = [f"producer-{ordinal}" for ordinal in range(3)]
LEASE_S = 15
#: Ticks come every 0.1 s: a hand-over is seen to that, on each side.
TICK_S = 0.1

# Run inside the manager's container; all containers of the pod share one pid namespace and uid.
SIGNAL = """
import os, pathlib, signal, sys
for entry in pathlib.Path("/proc").iterdir():
    if entry.name.isdigit() and int(entry.name) != os.getpid():
        words = (entry / "cmdline").read_bytes().split(b"\\0")
        name = b" ".join(w.rpartition(b"/")[2] for w in words if w).decode()
        if name.endswith(sys.argv[1]):
            os.kill(int(entry.name), getattr(signal, sys.argv[2]))
            break
else:
    sys.exit("no such process")
"""


@pytest.fixture
def witness(deployment: Deployment, pool: Pool, tmp_path: Path) -> Iterator[Witness]:
    """Three replicas of which one forges."""
    deployment.put_secret(pool.issue())
    deployment.install({"replicaCount": len(PODS)}, boot_seconds=5)
    witness = Witness(deployment.namespace, PODS, tmp_path)
    deployment.wait_for("a first forger", witness.forger)
    yield witness
    witness.stop()


def signal_process(deployment: Deployment, pod: str, command: str, name: str) -> None:
    """Send a signal to the process whose command line ends so, paths left out."""
    deployment.namespace.run(
        *("exec", pod, f"--container={MANAGER}", "--", "python3", "-c", SIGNAL, command, name)
    )


def wait_for_another(deployment: Deployment, witness: Witness, before: str) -> str:
    def other() -> str | None:
        now = witness.forger()
        return now if now is not None and now != before else None

    return deployment.wait_for(f"another forger than {before}", other)


def assert_never_two(witness: Witness, *, gap_s: float, since: datetime) -> None:
    found = witness.spans()
    figures = (
        f"two forgers {overlap_s(found):.2f} s, none {longest_gap_s(found, after=since):.2f} s"
    )
    print(figures)  # noqa: T201 - the figures are the test's result
    assert overlap_s(found) == 0, f"{figures}: {found}"
    assert longest_gap_s(found, after=since) < gap_s, f"{figures}: {found}"


def wait_until_all_are_ready(deployment: Deployment) -> None:
    """A hand-over needs somebody to hand over to."""

    def ready() -> bool:
        pods = deployment.namespace.items("pods")
        return len(pods) == len(PODS) and all(container(p, NODE).get("ready") for p in pods)

    deployment.wait_for("three ready nodes", ready)


def test_of_three_replicas_one_forges_from_the_first_start_on(
    deployment: Deployment, witness: Witness
) -> None:
    wait_until_all_are_ready(deployment)
    lease = json.loads(deployment.namespace.run("get", "lease", "producer-leader", "-o", "json"))
    forger = witness.forger()
    assert forger is not None
    assert lease["spec"]["holderIdentity"].startswith(f"{forger}_")
    assert {span.pod for span in witness.spans()} == {forger}
    for pod in deployment.namespace.items("pods"):
        assert set(restarts(pod).values()) == {0}


def delete(deployment: Deployment, leader: str) -> None:
    deployment.namespace.run("delete", "pod", leader, "--wait=false")


def kill_node(deployment: Deployment, leader: str) -> None:
    signal_process(deployment, leader, "cardano-node run", "SIGKILL")


def freeze_manager(deployment: Deployment, leader: str) -> None:
    signal_process(deployment, leader, "forge-manager", "SIGSTOP")


# What happens to the leader, and for how long at most nobody forges then.
FAULTS: dict[str, tuple[Callable[[Deployment, str], None], float]] = {
    "the leader is deleted": (delete, 1),
    "the leader's node is killed": (kill_node, 1),
    "the leader's manager freezes": (freeze_manager, LEASE_S + 1),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_another_follows_in_time_and_never_beside_the_first(
    fault: str, deployment: Deployment, witness: Witness
) -> None:
    inflict, gap_s = FAULTS[fault]
    wait_until_all_are_ready(deployment)
    since = datetime.now(UTC)
    leader = witness.forger()
    assert leader is not None
    inflict(deployment, leader)
    wait_for_another(deployment, witness, leader)
    assert_never_two(witness, gap_s=gap_s + 2 * TICK_S, since=since)
