"""Assemble forging control for this pod."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from forge_manager.base.aside import in_a_thread
from forge_manager.base.clocks import read_boot_id, read_clocks
from forge_manager.control.live_credentials import KnownCredentials
from forge_manager.control.mailbox import Mailbox
from forge_manager.control.node_wait import NodeWait
from forge_manager.fence.at_start import ended_unwatched
from forge_manager.fence.fuse import Fuse
from forge_manager.fence.keys import NodeKeys
from forge_manager.fence.state_directory import StateDirectory
from forge_manager.node.page_client import node_page
from forge_manager.node.process import HeldProcess, identify, is_running
from forge_manager.operator.reload_requests import ReloadRequests
from forge_manager.wiring.control import Collaborators, Surroundings, control_loop
from forge_manager.wiring.judge import judge_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.base.moment import Moment
    from forge_manager.control.candidacy import Candidacy
    from forge_manager.control.loop import ControlLoop
    from forge_manager.control.status import ForgingStatus
    from forge_manager.election.messages import LeaseView
    from forge_manager.fence.protocol import Fence
    from forge_manager.forging.cluster_permission import ClusterPermission
    from forge_manager.forging.decision import Transition
    from forge_manager.forging.phases import Phase
    from forge_manager.forging.situation import OperatorInput
    from forge_manager.gate.slot_clock_reader import SlotClockReader
    from forge_manager.metrics.telemetry import Telemetry
    from forge_manager.node.peer import NodeSocket
    from forge_manager.settings.manager import Settings


#: A scrape that takes longer says nothing. A node renders some hundred KiB in milliseconds, and
#: takes 2 s if it is throttled, or at an epoch boundary.
_SCRAPE_SECONDS = 5.0


def assemble(
    settings: Settings,
    socket: NodeSocket,
    candidacies: Callable[[Fence | None], tuple[Candidacy, ...]],
    terminating: Callable[[], str],
    *,
    operator: Callable[[Phase], OperatorInput],
    permission: Callable[[Moment, LeaseView | None, bool], ClusterPermission],
    report: Callable[[Transition], None],
    late_node: Callable[[str], None],
    clock: SlotClockReader,
    telemetry: Telemetry,
    status: ForgingStatus,
    beat: Callable[[], None],
) -> ControlLoop:
    """Return the loop, not started (wiring.control_loop).

    `candidacies` is given the fence as the previous manager left it, None if there is none. Raises
    OSError if this machine's boot id cannot be read.
    """
    boot_id = read_boot_id()
    shared, node = settings.shared, settings.node
    state = StateDirectory(shared.state, boot_id)
    found = state.fence()
    telemetry.control.ended_unwatched = ended_unwatched(found)
    keys = NodeKeys(settings.target, shared.checked)
    around = Surroundings(
        boot_id=boot_id,
        state=state,
        keys=keys,
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
    others = Collaborators(
        credentials=KnownCredentials(
            target=settings.target,
            judge=judge_of(settings, settings.target, clock.latest),
            sets=telemetry.sets,
            version=lambda: keys.live_version,
        ).look,
        terminating=terminating,
        operator=operator,
        permission=permission,
        report=report,
        node_wait=NodeWait(node.socket, node.socket_wait_timeout, late_node),
        status=status,
        record=telemetry.control,
        reads=telemetry.reads,
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
