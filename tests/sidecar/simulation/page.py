"""A node's metrics page: late, slow, limited in its connections, or closing each (node.page)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import SECOND
from forge_manager.base.pace import TokenBucket
from forge_manager.node.page_client import CONNECTION_EVERY_S, CONNECTIONS_AT_ONCE, FetchError
from tests.sidecar.simulation.world import Awaited

if TYPE_CHECKING:
    from tests.sidecar.simulation.manager_process import ManagerProcess
    from tests.sidecar.simulation.node import Node
    from tests.sidecar.simulation.pod import Pod

#: A scrape that is not answered ends after so long, and the next one begins.
SCRAPE_NS = 5 * SECOND
METRIC = "cardano_node_metrics_forging_enabled_int"


class MetricsPage:
    """As one manager asks for it."""

    def __init__(self, process: ManagerProcess, pod: Pod) -> None:
        self._process = process
        self._pod = pod
        self._node: Node | None = None  # that the kept connection leads to
        self._bucket = TokenBucket(
            lambda: process.machine.now().boot_ns / SECOND,
            burst=CONNECTIONS_AT_ONCE,
            every_s=CONNECTION_EVERY_S,
        )

    def close(self) -> None:
        self._node = None

    def wait_until_allowed(self) -> None:
        if self._node is not None and not self._node.alive:
            self._node = None
        if self._node is None:
            self._wait_for_connection()

    def get(self) -> bytes:
        answer: Awaited[bytes] = Awaited(self._process)
        node = self._pod.node
        if node is None or not node.alive:
            self._node = None
            raise FetchError("connection failed")
        node.asked.append(answer)
        if self._node is not node:
            self._node = None
            if not self._pod.cluster.metrics_down:
                node.after(node.admit_ns(), lambda: self._ask(node, answer))
        elif not self._pod.cluster.metrics_down:
            self._ask(node, answer)
        body = answer.wait(SCRAPE_NS)
        node.asked.remove(answer)
        if body is None:
            self._node = None
            raise FetchError("no complete answer")
        self._node = None if self._pod.cluster.page_closes else node
        return body

    def _wait_for_connection(self) -> None:
        while not self._bucket.take():
            self._process.wait(int(self._bucket.wait_s() * SECOND) + 1)

    def _ask(self, node: Node, answer: Awaited[bytes]) -> None:
        world = self._process.world
        whole_ns = world.ms(*self._pod.cluster.page_ms)
        before_ns = int(whole_ns * world.random.random())
        node.after(before_ns, lambda: self._sample(node, answer, whole_ns - before_ns))

    def _sample(self, node: Node, answer: Awaited[bytes], rest_ns: int) -> None:
        value = node.metric
        if value is not None:
            self._process.blind_before = False
        body = b"" if value is None else f"{METRIC} {value}\n".encode()
        node.after(rest_ns, lambda: answer.give(body))
