"""A Lease as JSON: there and back, and whatever else a server or a person may have put there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge_manager.election.record import Lease, LeaseRecord
from forge_manager.kube.changes import Change, Presence
from forge_manager.kube.lease_codec import (
    COUNTER,
    GONE,
    POOL_ID,
    document_of,
    format_time,
    lease_from,
    observation_of,
    parse_time,
)
from tests.sidecar.kube.samples import LEASE, NAME, NAMESPACE, document

_TIMES = st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999)
_TEXTS = st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3)
_RECORDS = st.builds(
    LeaseRecord,
    holder=st.text(max_size=20),
    duration_s=st.integers(0, 2**31 - 1),
    acquired_us=_TIMES,
    renewed_us=_TIMES,
    transitions=st.integers(0, 2**31 - 2),
    pool_id=st.text(max_size=20),
    counter=st.none() | st.integers(0, 2**64 - 1),
    release_mark=st.text(max_size=20),
    passed_to=st.text(max_size=20),
    under=st.text(max_size=20),
)
_KEYS = [
    *("metadata", "spec", "uid", "resourceVersion", "annotations", "labels", "holderIdentity"),
    *("renewTime", "acquireTime", "leaseTransitions", "leaseDurationSeconds", COUNTER, POOL_ID),
]
_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=6)
    ),
    max_leaves=12,
)


@given(_RECORDS, _TEXTS, _TEXTS)
def test_what_is_written_is_read_as_the_same(
    record: LeaseRecord, labels: dict[str, str], annotations: dict[str, str]
) -> None:
    base = Lease("u", 5, LeaseRecord(), {"labels": labels, "annotations": annotations})
    found = lease_from(document_of(NAME, NAMESPACE, record, base))
    assert found == Lease("u", 5, record)
    assert found is not None
    assert found.metadata == {"labels": labels, "annotations": annotations}


def test_a_write_takes_away_the_word_that_its_holder_is_dead() -> None:
    """It would count on the day on which that one is cut off, and forges on."""
    marked = document()
    marked["metadata"]["annotations"] = {GONE: "uid/4", "other": "kept"}
    lease = lease_from(marked)
    assert lease is not None
    assert lease.gone == "uid/4"
    renewed = lease_from(document_of(NAME, NAMESPACE, lease.record, lease))
    assert renewed is not None
    assert (renewed.gone, renewed.metadata["annotations"]) == ("", {"other": "kept"})


def test_owners_and_finalizers_of_others_stay() -> None:
    others: dict[str, Any] = {
        "ownerReferences": [{"kind": "Pod", "name": "p"}],
        "finalizers": ["example.org/f"],
    }
    found = lease_from(document(**others))
    assert found is not None
    written = document_of(NAME, NAMESPACE, found.record, found)["metadata"]
    assert {key: written[key] for key in others} == others


@given(_JUNK)
def test_nothing_raises(junk: object) -> None:
    lease_from(junk)
    observation_of(Change(Presence.GONE, {"metadata": junk}))
    observation_of(Change(Presence.PRESENT, {"metadata": junk}))


@given(_JUNK, _JUNK)
def test_a_lease_with_junk_in_it_can_be_written_again(spec: object, annotations: object) -> None:
    metadata = {"uid": "u", "resourceVersion": "1", "annotations": annotations}
    found = lease_from({"metadata": metadata, "spec": spec})
    assert found is not None
    again = lease_from(document_of(NAME, NAMESPACE, found.record, found))
    assert again == found


def test_a_write_carries_both_preconditions() -> None:
    metadata = document()["metadata"]
    assert (metadata["uid"], metadata["resourceVersion"]) == ("uid-1", "41")


def test_a_creation_carries_none() -> None:
    metadata = document_of(NAME, NAMESPACE, LEASE.record, None)["metadata"]
    assert not {"uid", "resourceVersion"} & set(metadata)


@pytest.mark.parametrize("spec", [None, [], "text", 3, {}])
def test_a_lease_without_a_spec_is_empty(spec: object) -> None:
    found = lease_from({"metadata": {"uid": "u", "resourceVersion": "1"}, "spec": spec})
    assert found == Lease("u", 1, LeaseRecord())


@pytest.mark.parametrize("version", ["", "x", "-1", "0", "01", "1.0", "٣", 5, None, "9" * 100])
def test_a_version_that_cannot_be_compared_is_no_lease(version: object) -> None:
    assert lease_from(document(resourceVersion=version)) is None


def test_versions_are_compared_as_numbers_however_long() -> None:
    found = lease_from(document(resourceVersion=str(2**63 + 1)))
    assert found is not None
    assert found.version == 2**63 + 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("leaseTransitions", 2**31 - 1),
        ("leaseTransitions", -1),
        ("leaseTransitions", True),
        ("leaseTransitions", 1.5),
        ("leaseTransitions", 10**30),
        ("leaseDurationSeconds", "15"),
        ("leaseDurationSeconds", 2**31),
        ("holderIdentity", 5),
        ("renewTime", 5),
    ],
)
def test_a_strange_value_reads_as_empty(field: str, value: object) -> None:
    spec = {"holderIdentity": "h", field: value}
    found = lease_from({"metadata": {"uid": "u", "resourceVersion": "1"}, "spec": spec})
    assert found is not None
    assert found.record == LeaseRecord(holder="" if field == "holderIdentity" else "h")


@pytest.mark.parametrize("text", ["-1", "1e3", "", "abc", "9" * 30, str(2**64), "٣"])
def test_a_strange_counter_is_none(text: str) -> None:
    found = lease_from(document(annotations={COUNTER: text}))
    assert found is not None
    assert found.record.counter is None


@pytest.mark.parametrize(
    ("text", "time_us"),
    [
        ("1970-01-01T00:00:00.000001Z", 1),
        ("1970-01-01T00:00:01Z", 1_000_000),
        ("1970-01-01T00:00:01.5Z", 1_500_000),
        ("1970-01-01t02:00:00.123456789+02:00", 123_456),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("2026-11-23T17:00:00.000000-01:30", 1_795_458_600_000_000),
    ],
)
def test_times_are_rfc_3339(text: str, time_us: int) -> None:
    assert parse_time(text) == time_us


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-02-30T00:00:00Z",
        "2026-01-01T25:00:00Z",
        "2026-01-01T00:00:00",
        "9999-12-31T23:59:59-23:00",
        "0001-01-01T00:00:00+23:00",
        "2026-01-01T00:00:00.Z",
        17,
        None,
    ],
)
def test_what_is_no_time_is_zero(text: object) -> None:
    assert parse_time(text) == 0


def test_times_are_written_as_a_micro_time() -> None:
    assert format_time(1_790_000_000_000_001) == "2026-09-21T14:13:20.000001Z"
    assert format_time(-62_135_596_800_000_000) == "0001-01-01T00:00:00.000000Z"


def test_a_deletion_needs_only_a_version() -> None:
    gone = Change(Presence.GONE, {"metadata": {"name": NAME, "resourceVersion": "9"}})
    assert observation_of(gone) == (Lease("", 9, LeaseRecord()), True)
    assert observation_of(Change(Presence.GONE, {"metadata": {}})) is None


def test_a_change_is_the_lease() -> None:
    assert observation_of(Change(Presence.PRESENT, document())) == (LEASE, False)
    empty: dict[str, Any] = {}
    assert observation_of(Change(Presence.PRESENT, empty)) is None
