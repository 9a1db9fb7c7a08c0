"""Every kind of fault: its name, whose it is, and how often it happens. There is no other list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sidecar.simulation import kinds
from tests.sidecar.simulation.access_faults import AccessFaults
from tests.sidecar.simulation.action_faults import ActionFaults
from tests.sidecar.simulation.api_faults import ApiFaults
from tests.sidecar.simulation.broken import BROKEN
from tests.sidecar.simulation.key_faults import KeyFaults
from tests.sidecar.simulation.kinds import kinds_of
from tests.sidecar.simulation.machine_faults import MachineFaults
from tests.sidecar.simulation.operator_faults import OperatorFaults
from tests.sidecar.simulation.page_faults import PageFaults
from tests.sidecar.simulation.process_faults import ProcessFaults
from tests.sidecar.simulation.site_faults import SiteFaults

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.sidecar.simulation.kinds import Choice

OF_A_CLUSTER = (
    *kinds_of(
        ProcessFaults,
        stop_process=14,
        stop_node=5,
        kill_process=10,
        kill_node=5,
        stray_sighup=4,
        sighup_at_start=1,
        deafen=2,
        hang_at_end=1,
        damage_fence=3,
        stop_between_actions=5,
        stop_both_in_turn=5,
        reads_hang=1,
        slow_guard=2,
    ),
    *kinds_of(
        MachineFaults,
        pause_machine=5,
        cut_off=8,
        restore_copy_to_former_leader=3,
        step_wall_clock=2,
        kubelet_restarts=3,
        kubelet_away=2,
    ),
    *kinds_of(
        ApiFaults,
        "api-",
        down=3,
        lost=1.2,
        slow=1.2,
        error=1.2,
        stale=1.2,
        watch_silent=1.2,
        edit_lease=6,
        false_404=2,
        fall_back=2,
        fall_back_to_former_leader=2,
    ),
    *kinds_of(OperatorFaults, delete_pod=5, force_delete_pod=3),
    *kinds_of(OperatorFaults, rename_lease=1, hold_off=1, hand_over=4, reload_topology=3),
    *kinds_of(KeyFaults, issue_keys=4, exchange_keys_again_and_again=1, fail_at_key_change=0),
    *kinds_of(KeyFaults, keys_expire=1, keys_not_yet_valid=1),
    *kinds_of(
        PageFaults, metrics_down=1, pages_slow=3, pages_admit_few=1, pages_close=1, metric_lies=0.5
    ),
    *kinds_of(
        ActionFaults,
        actions_fail=1,
        publish_fence_fails=0.5,
        put_keys_live_fails=0.5,
        unlink_live_fails=0.5,
        send_sighup_fails=0.5,
        end_node_fails=0.5,
        kill_node_fails=0.5,
        state_volume_full=0.5,
    ),
)
_OF_A_HUBS_API = kinds_of(
    ApiFaults,
    "hub-",
    down=3,
    lost=0.8,
    slow=0.8,
    error=0.8,
    stale=0.8,
    watch_silent=0.8,
    edit_lease=4,
    false_404=1,
    fall_back=1,
    fall_back_to_former_leader=1,
)
#: Of the hub and of the clusters as a whole: a history of several clusters has the others as well.
OF_A_HUB = (
    *_OF_A_HUBS_API,
    *kinds_of(SiteFaults, "hub-", cut_off_cluster=6, cut_off_machine=4),
    *kinds_of(SiteFaults, "cluster-", fall_ill=5, change_priority=3, disable=3, keys_expire=1),
)
#: Of a cluster whose pods go by one of two hubs, or by none.
OF_TWO_HUBS = (
    *_OF_A_HUBS_API,
    *kinds_of(AccessFaults, replace_kubeconfig=6, cut_off_from_hub=3),
    *kinds_of(AccessFaults, cut_off_forger=20),
)
#: Name to line.
LINES = {kind.name: kind.line for kind in (*OF_A_CLUSTER, *OF_A_HUB, *OF_TWO_HUBS)}


def choose(
    only: Iterable[str] = (), with_: Iterable[str] = (), without: Iterable[str] = ()
) -> Choice:
    """Choose kinds by name: all that break nothing, unless told otherwise. Raises ValueError."""
    return kinds.choose(LINES, BROKEN, only=only, with_=with_, without=without)


USUAL = choose()
