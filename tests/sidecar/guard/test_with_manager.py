"""Manager, guard and node together, each a process of its own, without a cluster."""

from __future__ import annotations

from forge_manager.forging.phases import Phase
from tests.sidecar.conftest import Volumes
from tests.sidecar.guard.pod import FILES, Pod, process_of
from tests.sidecar.node.programs import accepting
from tests.sidecar.process.sidecar_process import SidecarProcess
from tests.sidecar.waiting import until


def wait_for_standbys(manager: SidecarProcess, times: int) -> None:
    """Wait until it has found a node off so often; before, it may still put keys in place."""

    def found() -> bool:
        targets = [change["target"] for change in manager.events("forging control")]
        return targets.count(Phase.STANDBY) == times

    until(found, f"{times} standbys")


def test_a_node_that_nobody_elects_runs_without_keys_and_starts_again(pod: Pod) -> None:
    """The node is up before forging control is: the guard must not end it for want of a fence."""
    volumes = Volumes(pod.root)
    volumes.source.mkdir()
    FILES.write(volumes.source, mode=0o644)
    with pod.guard() as guard, SidecarProcess(volumes, **pod.environment()) as manager:
        manager.wait_for_status(200, "CredentialsProvisioned")
        for start in range(2):
            until(lambda: pod.live.value == "all", "the keys")
            with pod.node() as node:
                guard.wait_for(process_of(node.wait_until_up().process))
                wait_for_standbys(manager, start + 1)
                until(lambda: pod.live.value == "none", "a standby without keys")
                node.hang_up()
                node.wait_for_line("forging stays off")
                node.process.kill()
        assert guard.said("node killed") == []


def test_each_of_them_connects_to_the_node_once(pod: Pod) -> None:
    volumes = Volumes(pod.root)
    volumes.source.mkdir()
    FILES.write(volumes.source, mode=0o644)
    with pod.guard() as guard, SidecarProcess(volumes, **pod.environment()) as manager:
        manager.wait_for_status(200, "CredentialsProvisioned")
        with accepting(pod.socket) as node:
            until(lambda: pod.live.value == "none", "a standby without keys")
            for _ in range(8):
                guard.wait_for(process_of(node))
                assert manager.get("/node-ready").status == 200
            node.kill()
            assert node.stdout is not None
            assert node.stdout.read().count(b"accepted") == 2
