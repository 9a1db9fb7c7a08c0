"""Assemble forging control from what it touches: in a pod, in tests, in the simulation."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forge_manager.control.executor import Executor
from forge_manager.control.loop import ControlLoop
from forge_manager.control.observer import Observer
from forge_manager.control.round import Round
from forge_manager.control.scraper import NoScraper, Scraper
from forge_manager.forging.machine import ForgingMachine
from forge_manager.node.bounded_socket import BoundedSocket
from forge_manager.node.metric import ForgingMetric
from forge_manager.node.node_watch import NodeWatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.base.aside import Elsewhere
    from forge_manager.base.hanging_reads import HangingReads
    from forge_manager.base.moment import Moment
    from forge_manager.control.candidacy import Candidacy
    from forge_manager.control.loop import News
    from forge_manager.control.node_wait import NodeWait
    from forge_manager.control.observer import Observation
    from forge_manager.control.record import ControlRecord
    from forge_manager.control.round import Reloads
    from forge_manager.control.status import ForgingStatus
    from forge_manager.election.messages import LeaseView
    from forge_manager.fence.ports import FuseFollower, KeyStore, StateVolume
    from forge_manager.fence.protocol import Fence
    from forge_manager.forging.cluster_permission import ClusterPermission
    from forge_manager.forging.decision import Transition
    from forge_manager.forging.phases import Phase
    from forge_manager.forging.situation import Credentials, OperatorInput
    from forge_manager.node.bounded_socket import BlockingSocket
    from forge_manager.node.metric import MetricsSource
    from forge_manager.node.process import Held, NodeProcess


@dataclass(frozen=True)
class Surroundings:
    """The pod and machine that control works in.

    `page`: the node's metrics, None if it shows none. `hold`, `who_is`: of the kernel's processes
    (node.process). `is_booting`: whether the node has a process, seen or not. `elsewhere`: runs
    work in another thread (aside.Elsewhere).
    """

    boot_id: str
    state: StateVolume
    keys: KeyStore
    fuse: FuseFollower
    socket: BlockingSocket
    page: MetricsSource | None
    reloads: Reloads
    hold: Callable[[NodeProcess], Held | None]
    who_is: Callable[[int], NodeProcess | None]
    is_booting: Callable[[], bool]
    elsewhere: Elsewhere
    clocks: Callable[[], Moment]
    jitter: Callable[[], float]


@dataclass(frozen=True)
class Collaborators:
    """What control asks, and what it reports to."""

    credentials: Callable[[Moment, Observation], Credentials]
    terminating: Callable[[], str]
    operator: Callable[[Phase], OperatorInput]
    permission: Callable[[Moment, LeaseView | None, bool], ClusterPermission]
    report: Callable[[Transition], None]
    node_wait: NodeWait
    status: ForgingStatus
    record: ControlRecord
    reads: HangingReads
    beat: Callable[[], None]


def control_loop(
    around: Surroundings,
    others: Collaborators,
    *,
    pod_name: str,
    forging_metric: str,
    found: Fence | None,
    candidacies: tuple[Candidacy, ...],
    news: News,
    sleep: Callable[[float], None] = time.sleep,
) -> ControlLoop:
    """Return the loop, not started; without candidacies it keeps the node off and its keys safe.

    `found`: the fence as the previous manager left it.
    """
    socket = BoundedSocket(
        around.socket, elsewhere=around.elsewhere, clock=lambda: around.clocks().boot_ns
    )
    others.reads.add("node_socket", lambda: socket.hangs)

    def hold_peer() -> Held | None:
        process = socket.peer()
        return None if process is None else around.hold(process)

    executor = Executor(
        state=around.state,
        keys=around.keys,
        fuse=around.fuse,
        found=found,
        clocks=around.clocks,
        record=others.record,
    )

    def named() -> NodeProcess | None:
        """Return it from memory: the file may be lost later, and only this process writes it."""
        return None if executor.fence is None else executor.fence.node

    control = Round(
        machine=ForgingMachine(
            pod_name=pod_name,
            boot_id=around.boot_id,
            found=found,
            has_metric=around.page is not None,
        ),
        candidacies=candidacies,
        observer=Observer(
            watch=NodeWatch(hold_peer=hold_peer, named=named, hold=around.hold),
            socket=socket,
            keys=around.keys,
            state=around.state,
            is_booting=around.is_booting,
        ),
        scraper=_scraper(around, forging_metric, lambda: news.post(lambda: None)),
        executor=executor,
        credentials=others.credentials,
        terminating=others.terminating,
        reloads=around.reloads,
        operator=others.operator,
        permission=others.permission,
        report=others.report,
        node_wait=others.node_wait,
        status=others.status,
        record=others.record,
        beat=others.beat,
        clocks=around.clocks,
        jitter=around.jitter,
        post=news.post,
    )
    return ControlLoop(control, news, sleep=sleep)


def _scraper(
    around: Surroundings, forging_metric: str, news: Callable[[], None]
) -> Scraper | NoScraper:
    if around.page is None:
        return NoScraper()
    metric = ForgingMetric(around.page, forging_metric, clocks=around.clocks)
    return Scraper(metric, news=news, who_is=around.who_is, elsewhere=around.elsewhere)
