"""A round: no failure of one part keeps the others from their work, nor floods the log."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from forge_manager.base.clocks import read_boot_id, read_clocks
from forge_manager.base.log_lines import LogFormat, LogLevel
from forge_manager.fence.keys import NodeKeys
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.fence.state_directory import StateDirectory
from forge_manager.guard.log import GuardLog
from forge_manager.guard.logic import Guard
from forge_manager.guard.loop import GuardLoop
from forge_manager.node.node_watch import NodeWatch
from forge_manager.node.process import HeldProcess, NodeProcess
from forge_manager.settings.shared import Logging
from tests.sidecar.guard.pod import Pod, end_of, process_of
from tests.sidecar.node.programs import named


class Bench:
    """A loop on a pod's real files, whose node is a process of any name."""

    def __init__(self, pod: Pod, node: NodeProcess | None) -> None:
        self.pod = pod
        self.keys = pod.node_keys
        self.peer = node
        self.log_path = pod.root / "log"
        descriptor = os.open(self.log_path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        self.watch = NodeWatch(hold_peer=self._hold, named=lambda: None)
        self.loop = GuardLoop(
            guard=Guard(read_boot_id()),
            watch=self.watch,
            keys=self.keys,
            state=pod.state,
            fuse=pod.timeless_fuse,
            clocks=read_clocks,
            process_name="cardano-node",
            log=GuardLog(Logging(LogFormat.JSON, LogLevel.INFO), descriptor),
        )

    def _hold(self) -> HeldProcess | None:
        return None if self.peer is None else HeldProcess.hold(self.peer)

    def said(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log_path.read_text().splitlines()]

    def messages(self) -> list[str]:
        return [event["message"] for event in self.said()]

    def beat(self) -> tuple[bool, NodeProcess | None]:
        """Return whether the next round beats, and whom it holds."""
        before = self.pod.state.heartbeat()
        self.loop.round()
        after = self.pod.state.heartbeat()
        return after != before, after.node if after else None


@pytest.fixture
def node() -> Iterator[NodeProcess]:
    with named("cardano-node") as process:
        yield process_of(process)


def _fail(error: Exception) -> Callable[..., Any]:
    def failing(*_: object) -> None:
        raise type(error)(*error.args)

    return failing


BROKEN = OSError(5, "Input/output error")


@pytest.mark.parametrize("error", [BROKEN, RuntimeError("key material in the text")])
@pytest.mark.parametrize("part", ["look", "unlink"])
def test_broken_keys_do_not_keep_it_from_killing(
    pod: Pod, node: NodeProcess, monkeypatch: pytest.MonkeyPatch, part: str, error: Exception
) -> None:
    pod.provision()
    bench = Bench(pod, node)
    bench.keys.put_live()
    pod.publish(node, seconds=-1)
    monkeypatch.setattr(bench.keys, part, _fail(error))
    assert bench.beat() == (True, node)
    end_of(node)
    failed = [
        event for event in bench.said() if event["message"] == "part of the guard's work failed"
    ]
    assert len(failed) == 1
    assert "key material" not in failed[0]["error"]


def test_keys_that_cannot_be_looked_at_are_taken_from_a_standby(
    pod: Pod, node: NodeProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    pod.provision()
    bench = Bench(pod, node)
    bench.keys.put_live()
    pod.publish(node, off=True)
    monkeypatch.setattr(bench.keys, "look", _fail(BROKEN))
    bench.loop.round()
    assert pod.live is LiveKeys.NONE


def test_a_full_state_volume_does_not_keep_it_from_killing(
    pod: Pod, node: NodeProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(pod, node)
    pod.publish(node, seconds=60)
    assert bench.beat() == (True, node)
    pod.publish(node, seconds=-1)
    monkeypatch.setattr(pod.state, "publish_heartbeat", _fail(OSError(28, "No space left")))
    assert bench.beat() == (False, node)
    end_of(node)


def test_a_node_that_it_ended_is_counted_once(pod: Pod, node: NodeProcess) -> None:
    bench = Bench(pod, node)
    pod.publish(node, seconds=-1)
    bench.loop.round()
    bench.loop.round()
    end_of(node)
    bench.loop.round()
    beat = pod.state.heartbeat()
    assert beat is not None
    assert beat.kills == 1


def test_a_look_that_fails_makes_no_heartbeat(
    pod: Pod, node: NodeProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(pod, node)
    pod.publish(node, seconds=60)
    with monkeypatch.context() as patch:
        patch.setattr(bench.watch, "look", _fail(BROKEN))
        assert bench.beat()[0] is False
    assert bench.beat() == (True, node)


def test_a_failure_is_said_once_and_again_after_it_was_gone(
    pod: Pod, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(pod, None)
    for _ in range(2):
        with monkeypatch.context() as patch:
            patch.setattr(bench.watch, "look", _fail(BROKEN))
            for _ in range(5):
                bench.loop.round()
        bench.loop.round()
    assert bench.messages() == ["part of the guard's work failed"] * 2
    assert bench.said()[0]["error"].endswith("Input/output error")


def test_whom_it_cannot_signal_it_does_not_guard(pod: Pod, node: NodeProcess) -> None:
    """Another user's process: its keys are kept away from it all the same."""
    pod.provision()
    bench = Bench(pod, node)
    bench.keys.put_live()
    held = bench.watch.look()
    assert held is not None
    held.ours = False
    pod.publish(node, off=True)
    assert bench.beat() == (True, None)
    assert pod.live is LiveKeys.NONE
    assert "the node cannot be signalled; run all containers of the pod as one user" in (
        bench.messages()
    )


def test_a_process_of_another_name_is_said(pod: Pod) -> None:
    with named("dingo") as process:
        bench = Bench(pod, process_of(process))
        pod.publish(None, off=True)
        bench.loop.round()
        bench.loop.round()
    said = [event for event in bench.said() if event["level"] == "WARNING"]
    assert [(event["expected"], event["pid"]) for event in said] == [("cardano-node", process.pid)]


def test_a_node_that_ends_is_let_go_and_the_next_one_found(pod: Pod) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    bench = Bench(pod, None)
    pod.publish(None, off=True)
    for _ in range(3):
        with named("cardano-node") as process:
            bench.peer = process_of(process)
            bench.loop.round()
            assert bench.loop.node == bench.peer
            process.send_signal(signal.SIGKILL)
            bench.watch.wait(5)
            bench.loop.round()
            assert bench.loop.node is None
    assert bench.messages() == ["node found", "node ended"] * 3
    assert len(list(Path("/proc/self/fd").iterdir())) == before + 1  # the log's


def test_the_keys_are_looked_at_before_the_node_and_the_node_before_the_fence(
    pod: Pod, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A permission is published before its keys are put in place: who sees them sees it, too."""
    looked: list[str] = []
    bench = Bench(pod, None)
    for owner, name in ((NodeKeys, "look"), (NodeWatch, "look"), (StateDirectory, "fence")):
        _note_calls(monkeypatch, owner, name, looked)
    bench.loop.round()
    assert looked == ["NodeKeys.look", "NodeWatch.look", "StateDirectory.fence"]


def _note_calls(monkeypatch: pytest.MonkeyPatch, owner: type, name: str, looked: list[str]) -> None:
    honest = getattr(owner, name)

    def noted(*arguments: Any) -> Any:
        looked.append(f"{owner.__name__}.{name}")
        return honest(*arguments)

    monkeypatch.setattr(owner, name, noted)
