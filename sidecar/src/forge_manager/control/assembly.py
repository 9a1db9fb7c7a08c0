"""Put forging control together for this pod."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from forge_manager.aside import in_a_thread
from forge_manager.clocks import read_boot_id, read_clocks
from forge_manager.control.credentials import KnownCredentials
from forge_manager.control.found_fence import ended_unwatched
from forge_manager.control.mailbox import Mailbox
from forge_manager.control.wiring import Others, Surroundings, control_loop
from forge_manager.expectations import judge_of
from forge_manager.guard.fuse import Fuse
from forge_manager.guard.keys import NodeKeys
from forge_manager.guard.state import StateDirectory
from forge_manager.node.page import node_page
from forge_manager.node.process import HeldProcess, identify, is_running
from forge_manager.topology.requests import ReloadRequests

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.clusters.stand import Stand
    from forge_manager.control.candidacy import Candidacy
    from forge_manager.control.loop import ControlLoop
    from forge_manager.control.status import ForgingStatus
    from forge_manager.election.messages import LeaseView
    from forge_manager.forging.decision import Transition
    from forge_manager.forging.phases import Phase
    from forge_manager.guard.protocol import Fence
    from forge_manager.moment import Moment
    from forge_manager.network_clock import NetworkClock
    from forge_manager.node.peer import NodeSocket
    from forge_manager.reporting.wishes import Asked
    from forge_manager.settings import Settings
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
    stand: Callable[[Moment, LeaseView | None, bool], Stand],
    report: Callable[[Transition], None],
    clock: NetworkClock,
    telemetry: Telemetry,
    status: ForgingStatus,
    beat: Callable[[], None],
) -> ControlLoop:
    """Return the loop, not started (wiring.control_loop).

    `candidacies` is given the fence as the manager before left it, None when there is none.
    Raises OSError when this machine's boot cannot be told from others.
    """
    boot_id = read_boot_id()
    shared, node = settings.shared, settings.node
    state = StateDirectory(shared.state, boot_id)
    found = state.fence()
    telemetry.found_ended(ended=ended_unwatched(found))
    around = Surroundings(
        boot_id=boot_id,
        state=state,
        keys=NodeKeys(settings.target, shared.checked),
        fuse=Fuse(shared.state),
        socket=socket,
        page=node_page(node.metrics, seconds=_SCRAPE_SECONDS) if node.forging_metric else None,
        reloads=ReloadRequests(shared.state),
        hold=HeldProcess.hold,
        who_is=identify,
        is_booting=lambda: is_running(shared.process_name),
        elsewhere=in_a_thread,
        clocks=read_clocks,
        jitter=random.random,
    )
    others = Others(
        credentials=KnownCredentials(
            target=settings.target,
            judge=judge_of(settings, settings.target, clock.latest),
            telemetry=telemetry,
        ).look,
        terminating=terminating,
        asked=asked,
        stand=stand,
        report=report,
        status=status,
        telemetry=telemetry,
        beat=beat,
    )
    return control_loop(
        around,
        others,
        pod_name=settings.pod.name,
        forging_metric=node.forging_metric,
        found=found,
        candidacies=candidacies(found),
        news=Mailbox(),
    )
