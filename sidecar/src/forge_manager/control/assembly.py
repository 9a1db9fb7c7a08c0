"""Put forging control together for this pod."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from forge_manager.clocks import read_boot_id, read_clocks
from forge_manager.control.credentials import KnownCredentials
from forge_manager.control.executor import Executor
from forge_manager.control.found_fence import ended_unwatched
from forge_manager.control.loop import ControlLoop
from forge_manager.control.observer import Observer
from forge_manager.control.scraper import NoScraper, Scraper
from forge_manager.expectations import judge_of
from forge_manager.forging.machine import ForgingMachine
from forge_manager.guard.fuse import Fuse
from forge_manager.guard.keys import NodeKeys
from forge_manager.guard.node_watch import NodeWatch
from forge_manager.guard.state import StateDirectory
from forge_manager.node.metric import ForgingMetric
from forge_manager.node.process import is_running
from forge_manager.topology.requests import ReloadRequests

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.clusters.stand import Stand
    from forge_manager.control.loop import Candidacy
    from forge_manager.control.status import ForgingStatus
    from forge_manager.election.messages import LeaseView
    from forge_manager.forging.decision import Transition
    from forge_manager.forging.phases import Phase
    from forge_manager.guard.protocol import Fence
    from forge_manager.moment import Moment
    from forge_manager.node.peer import NodeSocket
    from forge_manager.reporting.wishes import Asked
    from forge_manager.settings import NodeSettings, Settings
    from forge_manager.telemetry import Telemetry


#: A scrape that takes longer says nothing. A node renders some hundred KiB in milliseconds, and
#: takes 2 s where it is throttled, or at an epoch's boundary.
_SCRAPE_SECONDS = 5.0


def assemble(
    settings: Settings,
    socket: NodeSocket,
    candidacies: Callable[[Fence | None], tuple[Candidacy, ...]],
    terminating: Callable[[], bool],
    *,
    asked: Callable[[Phase], Asked],
    stand: Callable[[Moment, LeaseView | None], Stand],
    report: Callable[[Transition], None],
    telemetry: Telemetry,
    status: ForgingStatus,
    beat: Callable[[], None],
) -> ControlLoop:
    """Return the loop, not started; without candidacies it keeps the node off and its keys safe.

    `candidacies` is given the fence as the manager before left it, None when there is none.
    Raises OSError when this machine's boot cannot be told from others.
    """
    boot_id = read_boot_id()
    state = StateDirectory(settings.shared.state, boot_id)
    found = state.fence()
    telemetry.found_ended(ended=ended_unwatched(found))
    keys = NodeKeys(settings.target, settings.shared.checked)
    return ControlLoop(
        machine=ForgingMachine(
            pod_name=settings.pod.name,
            boot_id=boot_id,
            found=found,
            has_metric=bool(settings.node.forging_metric),
        ),
        candidacies=candidacies(found),
        observer=Observer(
            watch=NodeWatch(hold_peer=socket.hold, named=state.named_node),
            socket=socket,
            keys=keys,
            state=state,
            is_booting=lambda: is_running(settings.shared.process_name),
        ),
        scraper=_scraper(settings.node),
        executor=Executor(
            state=state,
            keys=keys,
            fuse=Fuse(settings.shared.state),
            found=found,
            clocks=read_clocks,
            telemetry=telemetry,
        ),
        credentials=KnownCredentials(
            target=settings.target, judge=judge_of(settings, settings.target), telemetry=telemetry
        ).look,
        terminating=terminating,
        reloads=ReloadRequests(settings.shared.state),
        asked=asked,
        stand=stand,
        report=report,
        status=status,
        telemetry=telemetry,
        beat=beat,
        clocks=read_clocks,
        jitter=random.random,
    )


def _scraper(node: NodeSettings) -> Scraper | NoScraper:
    if not node.forging_metric:
        return NoScraper()
    return Scraper(ForgingMetric(node.metrics, node.forging_metric, seconds=_SCRAPE_SECONDS))
