"""Every state that a pod was in, recorded from a watch: polling would miss a short one."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from forge_manager.commands.timeline.moments import container_statuses
from forge_manager.commands.timeline.observations import MANAGER, NODE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from devkit.namespace import Namespace

Object = dict[str, Any]


@dataclass
class PodWatch:
    """A running `kubectl get pods --watch`, and the file it writes to."""

    process: subprocess.Popen[bytes]
    output: Path

    @classmethod
    def start(cls, namespace: Namespace, output: Path) -> Self:
        """Record the pods of the namespace from now on."""
        with output.open("wb") as file:
            process = subprocess.Popen(
                [
                    *(namespace.kubectl.program, "--kubeconfig", namespace.kubectl.kubeconfig),
                    *("get", "pods", "--watch", "--output=json", "--namespace", namespace.name),
                ],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.DEVNULL,
            )
        return cls(process, output)

    def stop(self) -> None:
        """End the watch."""
        self.process.terminate()
        self.process.wait()

    def states(self, pod: str) -> list[Object]:
        """Return the states of this pod so far, oldest first."""
        text, decoder, position = self.output.read_text(), json.JSONDecoder(), 0
        states: list[Object] = []
        while (position := text.find("{", position)) >= 0:
            try:
                state, position = decoder.raw_decode(text, position)
            except ValueError:
                break  # the last one is still being written
            if state["metadata"]["name"] == pod:
                states.append(state)
        return states


def container(pod: Object, name: str) -> Object:
    """Return a container's status; empty while the kubelet has not written one."""
    return next((s for s in container_statuses(pod) if s["name"] == name), {})


def is_up(pod: Object, name: str) -> bool:
    """Tell whether a container runs and is ready."""
    return container(pod, name).get("ready") is True


def is_running(pod: Object, name: str) -> bool:
    """Tell whether a container runs, ready or not."""
    return "running" in container(pod, name).get("state", {})


def restarts(pod: Object) -> dict[str, int]:
    """Return the restart counts by container."""
    return {status["name"]: status["restartCount"] for status in container_statuses(pod)}


def has_started(status: Object) -> bool:
    """Say whether this container has run at any time."""
    states = (status.get("state", {}), status.get("lastState", {}))
    ran = any("running" in state or "terminated" in state for state in states)
    return ran or status.get("restartCount", 0) > 0


def assert_node_waited_for_the_manager(states: Sequence[Object]) -> None:
    """In no state has the node run before the manager was `started: true`."""
    assert states, "the watch has seen no state of the pod"
    passed = False
    for state in states:
        manager, node = container(state, MANAGER), container(state, NODE)
        passed = passed or manager.get("started") is True
        assert passed or not has_started(node), f"started before the gate: {node}, {manager}"
