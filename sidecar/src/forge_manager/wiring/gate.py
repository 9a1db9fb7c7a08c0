"""Assemble the provisioner for this pod."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.clocks import read_boot_id
from forge_manager.credentials.paths import CredentialPaths
from forge_manager.fence.at_start import publish_first_fence
from forge_manager.fence.state_directory import StateDirectory
from forge_manager.gate.guarded_target import GuardedTarget
from forge_manager.gate.provisioner import Clocks, Provisioner
from forge_manager.gate.target import TargetDirectory
from forge_manager.node.process import is_running
from forge_manager.wiring.judge import judge_of

if TYPE_CHECKING:
    from forge_manager.gate.record import CredentialSets, GateRecord
    from forge_manager.gate.slot_clock_reader import SlotClockReader
    from forge_manager.node.bounded_socket import BoundedSocket
    from forge_manager.settings.manager import Settings


def provisioner(
    settings: Settings,
    record: GateRecord,
    sets: CredentialSets,
    socket: BoundedSocket,
    clock: SlotClockReader,
) -> Provisioner:
    """Return the provisioner; beside a guard it keeps a checked set, and writes the first fence.

    Raises OSError if this machine's boot id cannot be read.
    """
    live = settings.target.kes.parent
    target: TargetDirectory | GuardedTarget = TargetDirectory(live)
    paths = settings.target
    if settings.managed:
        checked = settings.shared.checked
        boot_id = read_boot_id()
        state = StateDirectory(settings.shared.state, boot_id)
        publish_first_fence(state, boot_id, socket.check)
        target = GuardedTarget(
            checked=checked,
            live=live,
            check_socket=socket.check,
            node_runs=lambda: is_running(settings.shared.process_name),
        )
        paths = CredentialPaths(*(checked / path.name for path in settings.target))

    return Provisioner(
        source_paths=settings.source,
        target_paths=paths,
        target=target,
        judge=judge_of(settings, settings.source, clock.read),
        record=record,
        sets=sets,
        clocks=Clocks(),
    )
