"""An API server that loses its last writes, as one restored from a backup: never two forgers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.three_replicas import LEASE_S, OWN_TIME_S

if TYPE_CHECKING:
    from datetime import datetime

    from tests.e2e.framework.case import Case
    from tests.e2e.framework.etcd import Etcd

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]

#: What the leader has written and nobody knows of any more.
LOST_S = 20


def put_back(case: Case, store: Etcd) -> datetime:
    """Have its last writes be lost; return when the API server answers again."""
    case.mark("rolled back")
    store.put_back()
    case.three_replicas.machines.begin_anew(case.namespace.kubectl)
    return case.mark("the API server answers")


def judge(case: Case, back: datetime) -> None:
    case.wait_for_forger()
    case.watch(2 * LEASE_S)
    case.judge(none_below_s=LEASE_S + OWN_TIME_S + 2, none_since=back)


def test_api_server_rolled_back_under_the_leader(case: Case) -> None:
    store = faults.etcd(case)
    with store.copied():
        case.watch(LOST_S)
        back = put_back(case, store)
    judge(case, back)


def test_api_server_rolled_back_to_a_leader_that_was_cut_off(case: Case) -> None:
    """It finds its own record as it left it, and another forges."""
    store = faults.etcd(case)
    with store.copied(), case.leader.cut_off():
        case.wait_for_forger(other_than=case.leader.run)
        case.watch(3)
        back = put_back(case, store)
    judge(case, back)


def test_api_server_rolled_back_to_a_leader_that_was_deleted(case: Case) -> None:
    """Of the same name, on the same machine, with another uid."""
    store = faults.etcd(case)
    with store.copied():
        faults.delete(case)
        case.wait_for_forger(other_than=case.leader.run)
        case.watch(3)
        back = put_back(case, store)
    judge(case, back)
