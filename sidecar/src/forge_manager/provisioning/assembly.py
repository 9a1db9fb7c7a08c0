"""Put the provisioner together for this pod."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.credentials.checks import CredentialSet, FileNames, check_credentials
from forge_manager.expectations import expectations
from forge_manager.node.peer import check_socket
from forge_manager.provisioning.managed_target import ManagedTarget
from forge_manager.provisioning.provisioner import Clocks, Provisioner
from forge_manager.provisioning.target import TargetDirectory
from forge_manager.shared_settings import CredentialPaths

if TYPE_CHECKING:
    from forge_manager.credentials.verdict import Verdict
    from forge_manager.settings import Settings
    from forge_manager.telemetry import Telemetry


def assemble(settings: Settings, telemetry: Telemetry) -> Provisioner:
    """Return the provisioner; beside a guard it keeps a checked set as well."""
    names = FileNames(*(str(path) for path in settings.source))
    live = settings.target.kes.parent
    target: TargetDirectory | ManagedTarget = TargetDirectory(live)
    paths = settings.target
    if settings.managed:
        checked = settings.shared.checked
        target = ManagedTarget(
            checked=checked, live=live, check_socket=lambda: check_socket(settings.shared.socket)
        )
        paths = CredentialPaths(*(checked / path.name for path in settings.target))

    def judge(files: CredentialSet, now: float) -> Verdict:
        return check_credentials(files, names, expectations(settings), now)

    return Provisioner(
        source_paths=settings.source,
        target_paths=paths,
        target=target,
        judge=judge,
        telemetry=telemetry,
        clocks=Clocks(),
    )
