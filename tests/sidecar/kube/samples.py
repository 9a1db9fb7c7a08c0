"""Leases, requests and a place to keep what was counted."""

from __future__ import annotations

from typing import Any

from forge_manager.base.moment import MILLISECOND
from forge_manager.election.messages import Request, Verb
from forge_manager.election.record import Lease, LeaseRecord
from forge_manager.kube.lease_codec import document_of

NAMESPACE = "pools"
NAME = "cardano-leader"
LEASES = f"/apis/coordination.k8s.io/v1/namespaces/{NAMESPACE}/leases"

RECORD = LeaseRecord(
    holder="pool-0_u1",
    duration_s=15,
    acquired_us=1_790_000_000_000_001,
    renewed_us=1_790_000_002_000_000,
    transitions=3,
    pool_id="pool1abc",
    counter=7,
)
LEASE = Lease("uid-1", 41, RECORD, {"labels": {"app": "x"}, "annotations": {"other": "kept"}})


def document(lease: Lease = LEASE, **metadata: Any) -> dict[str, Any]:
    """Return a Lease as the server has it."""
    found = document_of(NAME, NAMESPACE, lease.record, lease)
    found["metadata"] |= metadata
    return found


def read(within_ms: int = 2000) -> Request:
    return Request(1, Verb.READ, within_ms * MILLISECOND)


def replace(within_ms: int = 2000) -> Request:
    return Request(1, Verb.REPLACE, within_ms * MILLISECOND, RECORD, LEASE)


def create(within_ms: int = 2000) -> Request:
    return Request(1, Verb.CREATE, within_ms * MILLISECOND, RECORD)


class Counted:
    """A RequestCounter that remembers."""

    def __init__(self) -> None:
        self.all: list[tuple[str, str]] = []

    def __call__(self, verb: str, outcome: str, seconds: float) -> None:
        assert seconds >= 0
        self.all.append((verb, outcome))
