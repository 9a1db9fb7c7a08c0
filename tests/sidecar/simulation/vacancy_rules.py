"""What must hold of a Lease that nobody writes: whoever may take it does, within its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from forge_manager.base.moment import SECOND
from forge_manager.forging.phases import Phase
from tests.sidecar.simulation.key_rules import InvariantError

if TYPE_CHECKING:
    from tests.sidecar.simulation.api import Trouble
    from tests.sidecar.simulation.cluster import Cluster
    from tests.sidecar.simulation.manager_process import ManagerProcess
    from tests.sidecar.simulation.pod import Pod

#: A Lease that was edited by hand may say this, and is waited for as long.
_EDITED_NS = 20 * SECOND
#: A pod that was passed over (election.knowledge), a conflict, a read, a write and its answer.
_WRITE_NS = 8 * SECOND


class _Told(NamedTuple):
    """Who waits, since when its machine runs, how often its servers changed.

    Nobody waits through a change of one of them, though nothing was looked at meanwhile.
    """

    manager: ManagerProcess | None
    resumed_ns: int
    changes: int


class VacancyRules:
    """Remembers for each pod since when it could have taken its Lease, and did not."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._since: dict[Pod, tuple[_Told, int]] = {}  # and real time

    def check(self) -> None:
        """Check it as things are now. Raises InvariantError."""
        now_ns, before, self._since = self._cluster.world.real_ns, self._since, {}
        limit_ns = max(self._cluster.longest_duration_ns(), _EDITED_NS) + _WRITE_NS
        for pod in self._cluster.pods:
            if not _could_take(pod):
                continue
            changes = sum(lease.changes for lease in pod.leases)
            told = _Told(pod.manager, pod.machine.resumed_ns, changes)
            known, since_ns = before.get(pod, (told, now_ns))
            if known != told:
                since_ns = now_ns
            elif now_ns - since_ns > limit_ns:
                raise InvariantError(f"{pod.name} does not take a Lease that nobody writes")
            self._since[pod] = told, since_ns


def _could_take(pod: Pod) -> bool:
    """Tell whether it wants its Lease, and everything between the two works."""
    manager, machine = pod.manager, pod.machine
    if manager is None or not manager.running or pod.gone or machine.paused or machine.cut_off:
        return False
    standby = manager.state.phase is Phase.STANDBY and manager.state.fit
    return standby and not any(_is_bad(lease.trouble) for lease in pod.leases)


def _is_bad(trouble: Trouble) -> bool:
    often = trouble.lost or trouble.slow or trouble.error or trouble.stale
    return bool(trouble.down or trouble.watch_silent or trouble.not_found or often)
