"""The elector, its Lease client and its watches against a real API server."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from devkit import steps
from forge_manager.base.moment import SECOND
from forge_manager.election.messages import (
    ElectionReason,
    Failure,
    Found,
    LeaseIntent,
    Request,
    Verb,
)
from forge_manager.election.record import Lease, LeaseRecord
from forge_manager.election.terms import Terms
from forge_manager.kube.connection import ApiConnection
from forge_manager.kube.counting import RequestTally
from forge_manager.kube.lease_client import LeaseClient
from forge_manager.kube.own_pod import OwnPod, PodEnd
from forge_manager.kube.resources import pods
from forge_manager.kube.watching import ObjectWatch
from tests.e2e.framework.candidate import LEASE, POD, Account, Candidate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from devkit.namespace import Namespace

pytestmark = pytest.mark.timeout(180)

COUNT = RequestTally().counter("any")
TERMS = Terms(lease_duration_s=6, renew_deadline_s=3, retry_period_s=1)
_RECORD = LeaseRecord("holder_uid", 6, 1_790_000_000_000_001, 1_790_000_000_000_002, 4, "pool1", 7)


@pytest.fixture
def connection(namespace: Namespace, tmp_path: Path) -> Iterator[ApiConnection]:
    account = Account(namespace)
    account.create()
    connection = account.connect(tmp_path)
    yield connection
    connection.close()


@pytest.fixture
def candidates(namespace: Namespace, connection: ApiConnection) -> Iterator[list[Candidate]]:
    names = ("producer-0_a", "producer-1_b")
    made = [Candidate(connection, namespace.name, name, TERMS) for name in names]
    for candidate in made:
        candidate.start()
    yield made
    for candidate in made:
        candidate.stop()


def _until(what: str, condition: Callable[[], object], *, deadline_s: float = 20) -> float:
    """Wait; returns the seconds it took."""
    began = time.monotonic()
    steps.wait_for(
        what,
        lambda: condition() or None,
        deadline_s=deadline_s,
        diagnose=lambda: "",
        interval_s=0.01,
    )
    return time.monotonic() - began


def _held_by(candidate: Candidate) -> None:
    candidate.wants(LeaseIntent.CAMPAIGN)
    _until("the lease to be held", candidate.holds)


def test_one_acquires_renews_and_hands_over_to_the_other(
    namespace: Namespace, candidates: list[Candidate]
) -> None:
    first, second = candidates
    _held_by(first)
    second.wants(LeaseIntent.CAMPAIGN)
    _until("three renewals", lambda: len(first.proofs) >= 4)
    assert first.holds()
    assert second.view.proof is None
    assert second.view.holder == "producer-0_a"

    first.wants(LeaseIntent.RELEASE)
    took = _until("the hand-over", second.holds)
    assert took < 1
    assert not first.holds()
    (lease,) = namespace.items("leases", f"--field-selector=metadata.name={LEASE}")
    assert lease["spec"]["holderIdentity"] == "producer-1_b"
    assert lease["metadata"]["annotations"]["cardano.io/opcert-counter"] == "3"


def test_a_deleted_lease_is_noticed_and_made_anew_after_its_time(
    namespace: Namespace, candidates: list[Candidate]
) -> None:
    first, second = candidates
    _held_by(first)
    second.wants(LeaseIntent.CAMPAIGN)
    namespace.run("delete", "lease", LEASE)
    deleted = time.monotonic()
    _until("the loss to be noticed", lambda: not first.holds(), deadline_s=1)
    assert first.view.lost is ElectionReason.LEASE_MISSING
    _until("a new holder", lambda: first.holds() or second.holds())
    assert time.monotonic() - deleted > TERMS.lease_duration_s - 1
    assert not (first.holds() and second.holds())


def test_a_foreign_note_is_kept_and_a_foreign_holder_noticed(
    namespace: Namespace, candidates: list[Candidate]
) -> None:
    first, _ = candidates
    _held_by(first)
    for number in range(3):  # often just before a renewal, which then meets a conflict
        namespace.run("annotate", "lease", LEASE, "--overwrite", f"example.com/note={number}")
    known = len(first.proofs)
    _until("renewals", lambda: len(first.proofs) >= known + 2)
    (lease,) = namespace.items("leases", f"--field-selector=metadata.name={LEASE}")
    assert lease["metadata"]["annotations"]["example.com/note"] == "2"

    patch = json.dumps({"spec": {"holderIdentity": "somebody"}})
    namespace.run("patch", "lease", LEASE, "--type=merge", f"--patch={patch}")
    _until("the loss to be noticed", lambda: not first.holds(), deadline_s=1)
    assert first.view.lost is ElectionReason.FOREIGN_WRITE


def test_what_the_server_answers_to_each_write(
    namespace: Namespace, connection: ApiConnection
) -> None:
    client = LeaseClient(connection, namespace=namespace.name, name=LEASE, count=COUNT)

    def ask(verb: Verb, record: LeaseRecord | None = None, base: Lease | None = None) -> object:
        return client.perform(Request(1, verb, 5 * SECOND, record, base))

    assert ask(Verb.READ) is Failure.MISSING
    made = ask(Verb.CREATE, _RECORD)
    assert isinstance(made, Found)
    lease = made.lease
    assert lease.record == _RECORD
    assert ask(Verb.CREATE, _RECORD) is Failure.CONFLICT
    released = replace(_RECORD, holder="", release_mark="mark")
    written = ask(Verb.REPLACE, released, lease)
    assert isinstance(written, Found)
    assert written.lease.record == released
    assert written.lease.version > lease.version
    assert ask(Verb.READ) == written
    assert ask(Verb.REPLACE, _RECORD, lease) is Failure.CONFLICT
    other = replace(written.lease, uid="00000000-0000-0000-0000-000000000000")
    assert ask(Verb.REPLACE, _RECORD, other) is Failure.CONFLICT
    namespace.run("delete", "lease", LEASE)
    assert ask(Verb.REPLACE, _RECORD, written.lease) is Failure.CONFLICT
    assert ask(Verb.READ) is Failure.MISSING  # and none was made by that


def test_the_own_pod_is_seen_to_end(namespace: Namespace, connection: ApiConnection) -> None:
    uid = _create_pod(namespace)
    pod, later = OwnPod(uid), OwnPod(uid)
    watch = ObjectWatch(connection, pods(namespace.name), POD, pod.changed, count=COUNT)
    watch.start()
    try:
        namespace.run("delete", "pod", POD, "--wait=false")
        _until("the end to be seen", lambda: pod.end is PodEnd.DELETED, deadline_s=5)
    finally:
        watch.stop(5)
        _let_pod_go(namespace)
    _create_pod(namespace)
    watch = ObjectWatch(connection, pods(namespace.name), POD, later.changed, count=COUNT)
    watch.start()
    try:
        _until("the follower to be seen", lambda: later.end is PodEnd.REPLACED, deadline_s=5)
    finally:
        watch.stop(5)
        _let_pod_go(namespace)


def _let_pod_go(namespace: Namespace) -> None:
    """Take the finalizer away: a namespace with such a pod would never be gone."""
    patch = json.dumps({"metadata": {"finalizers": None}})
    namespace.run("patch", "pod", POD, "--type=merge", f"--patch={patch}")


def _create_pod(namespace: Namespace) -> str:
    """Create a pod that no node takes, kept by a finalizer once it is deleted; returns its uid."""
    container = {
        "name": "none",
        "image": "none",
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }
    namespace.apply(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": POD, "finalizers": ["example.com/kept"]},
            "spec": {"containers": [container], "nodeSelector": {"example.com/none": "none"}},
        }
    )
    (pod,) = namespace.items("pods", f"--field-selector=metadata.name={POD}")
    return str(pod["metadata"]["uid"])
