"""Keys are where the next start finds them, and away from a node that may not forge."""

from __future__ import annotations

import signal
import statistics

from forge_manager.base.clocks import read_clocks
from forge_manager.base.moment import MILLISECOND
from forge_manager.fence.live_keys import LiveKeys
from tests.sidecar.guard.pod import FILES, Pod, end_of, process_of, report
from tests.sidecar.node.programs import listener
from tests.sidecar.waiting import until
from tests.support.keys import Pool

IN_TIME = 0.2  # seconds
LONG = 60.0


def test_keys_are_back_within_200_ms_of_a_nodes_end(pod: Pod) -> None:
    pod.provision()
    delays = []
    pod.publish(None, off=True)
    with pod.guard() as guard:
        for _ in range(7):
            with listener(pod.socket) as running:
                node = process_of(running)
                guard.wait_for(node)
                until(lambda: pod.live is LiveKeys.NONE, "a standby without keys")
                running.kill()
                ended_ns = end_of(node)
                while pod.live is not LiveKeys.ALL:
                    assert read_clocks().boot_ns - ended_ns < 5_000 * MILLISECOND
                delays.append((read_clocks().boot_ns - ended_ns) / MILLISECOND)
            pod.socket.unlink()
    shown = [round(delay, 1) for delay in delays]
    report(f"keys back after the end: median {statistics.median(shown)} ms of {shown}")
    assert statistics.median(delays) < IN_TIME * 1000


def test_a_standby_restarts_again_and_again_and_never_lacks_its_files(pod: Pod) -> None:
    """With the manager dead: nobody but the guard puts keys in place or takes them away."""
    pod.provision()
    pod.publish(None, off=True)
    with pod.guard() as guard:
        for _ in range(4):
            until(lambda: pod.live is LiveKeys.ALL, "the keys")
            with pod.node() as node:
                process = process_of(node.wait_until_up().process)
                guard.wait_for(process)
                until(lambda: pod.live is LiveKeys.NONE, "a standby without keys")
                node.hang_up()  # a stray one
                node.wait_for_line("forging stays off")
                node.process.kill()
                node.process.wait()
        assert guard.said("node killed") == []


def test_keys_that_a_manager_left_live_are_taken_away(pod: Pod) -> None:
    """It died between the node's start and taking them away."""
    pod.provision()
    pod.publish(None, off=True)
    pod.node_keys.put_live()
    with pod.node() as node:
        process_of(node.wait_until_up().process)
        with pod.guard():
            until(lambda: pod.live is LiveKeys.NONE, "the keys' end")
            node.hang_up()
            node.wait_for_line("forging stays off")


def test_keys_of_a_node_that_may_forge_are_the_managers_alone(pod: Pod) -> None:
    pod.provision()
    with listener(pod.socket) as running:
        node = process_of(running)
        pod.publish(node, seconds=LONG)
        with pod.guard() as guard:
            guard.wait_for(node)
            before = pod.live
            pod.node_keys.put_live()
            guard.wait_for(node)
            guard.wait_for(node)
            assert (before, pod.live) == (LiveKeys.NONE, LiveKeys.ALL)


def test_a_set_that_is_cut_short_is_replaced_and_another_whole_one_is_not(pod: Pod) -> None:
    """A node that is not up yet may be reading it, one file after the other."""
    pod.provision()
    pod.publish(None, off=True)
    with pod.guard() as guard:
        guard.wait_for(None)
        (pod.target / "vrf.skey").unlink()
        until(lambda: pod.live is LiveKeys.ALL, "the whole set")
        pod.provision(Pool.generate(b"guard").issue(counter=1))
        guard.wait_for(None)
        guard.wait_for(None)
        assert pod.live is LiveKeys.OTHER
        assert (pod.target / "node.cert").read_bytes() == FILES.op_cert


def test_plain_files_that_anybody_may_read_are_brought_into_form(pod: Pod) -> None:
    """With group permissions on the VRF key cardano-node exits."""
    pod.provision()
    pod.publish(None, off=True)
    FILES.write(pod.target, mode=0o644)
    with pod.guard():
        until(lambda: pod.live is LiveKeys.ALL, "the set in form")
    assert (pod.target / "vrf.skey").stat().st_mode & 0o777 == 0o400


def test_without_a_checked_set_the_live_one_stays(pod: Pod) -> None:
    pod.provision()
    pod.publish(None, off=True)
    pod.node_keys.put_live()
    (pod.checked / "..live").unlink()
    with pod.guard() as guard:
        guard.wait_for(None)
        guard.wait_for(None)
        assert (pod.target / "kes.skey").read_bytes() == FILES.kes_skey
        assert guard.end(signal.SIGTERM) == 0
