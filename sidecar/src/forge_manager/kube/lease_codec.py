"""A Lease as JSON and as the elector's values: pure, and never raises, whatever it is given.

`coordination.k8s.io/v1` LeaseSpec; what it has no field for is in our own annotations.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from forge_manager.election.record import Lease, LeaseRecord
from forge_manager.kube.changes import Change, Document, Presence, metadata_of, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

POOL_ID = "cardano.io/pool-id"
COUNTER = "cardano.io/opcert-counter"
RELEASE_MARK = "cardano.io/release-mark"
PASSED_TO = "cardano.io/passed-to"
UNDER = "cardano.io/under-hub-lease"
#: Set by a person: the holding that `record.holding_of` names is over, because its machine is dead.
#: Every write removes it: a pod that writes is alive, or has followed. It must not stay until the
#: holder that it names is cut off some day, and keeps forging.
GONE = "cardano.io/holder-is-gone"
_OURS = frozenset({POOL_ID, COUNTER, RELEASE_MARK, PASSED_TO, UNDER, GONE})

#: A PUT without them would remove them.
_CARRIED_LISTS = ("ownerReferences", "finalizers")
#: int32 in the API; one less, so that the next holding's number fits as well.
_MOST_TRANSITIONS = 2**31 - 2
_MOST_DURATION_S = 2**31 - 1
_MOST_COUNTER = 2**64 - 1  # a CBOR unsigned integer
#: Kubernetes API concepts, "Resource versions": decimal, no leading zeros, any length.
_VERSION = re.compile(r"[1-9][0-9]{0,63}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,20}", re.ASCII)
_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def lease_from(document: object) -> Lease | None:
    """Return the Lease that an API server answered, None if it cannot be one.

    Without a uid, or without a numeric resourceVersion, it could be neither ordered nor written
    safely. Everything else that is missing or strange reads as empty.
    """
    metadata = metadata_of(document)
    uid, version = text_of(metadata, "uid"), text_of(metadata, "resourceVersion")
    if not isinstance(document, dict) or not uid or not _VERSION.fullmatch(version):
        return None
    annotations = _texts(metadata.get("annotations"))
    spec = document.get("spec")
    record = _record_from(spec if isinstance(spec, dict) else {}, annotations)
    foreign = {key: value for key, value in annotations.items() if key not in _OURS}
    carried: Document = {"labels": _texts(metadata.get("labels")), "annotations": foreign}
    carried |= {key: metadata[key] for key in _CARRIED_LISTS if isinstance(metadata.get(key), list)}
    return Lease(uid, int(version), record, carried, annotations.get(GONE, ""))


def observation_of(change: Change) -> tuple[Lease, bool] | None:
    """Return what `Elector.observed` takes, the Lease and whether it was deleted; None for junk."""
    if change.presence is Presence.PRESENT:
        lease = lease_from(change.document)
        return (lease, False) if lease else None
    metadata = metadata_of(change.document)
    version = text_of(metadata, "resourceVersion")
    if not _VERSION.fullmatch(version):
        return None
    return Lease(text_of(metadata, "uid"), int(version), LeaseRecord()), True


def document_of(name: str, namespace: str, record: LeaseRecord, base: Lease | None) -> Document:
    """Return the JSON to write.

    With `base` its uid and resourceVersion are sent along: the server answers 409 if either
    differs, and 409 if there is no Lease at all. Without the uid it would create one [tried on
    1.34.4].
    """
    found: Mapping[str, Any] = base.metadata if base else {}
    carried: Document = {"labels": {}, **found}
    carried["annotations"] = {**found.get("annotations", {}), **_annotations_of(record)}
    metadata: Document = {"name": name, "namespace": namespace, **carried}
    if base:
        metadata |= {"uid": base.uid, "resourceVersion": str(base.version)}
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": metadata,
        "spec": _spec_of(record),
    }


def _record_from(spec: Document, annotations: Mapping[str, str]) -> LeaseRecord:
    counter = annotations.get(COUNTER, "")
    return LeaseRecord(
        holder=text_of(spec, "holderIdentity"),
        duration_s=_number(spec.get("leaseDurationSeconds"), _MOST_DURATION_S),
        acquired_us=parse_time(spec.get("acquireTime")),
        renewed_us=parse_time(spec.get("renewTime")),
        transitions=_number(spec.get("leaseTransitions"), _MOST_TRANSITIONS),
        pool_id=annotations.get(POOL_ID, ""),
        counter=_counter(counter),
        release_mark=annotations.get(RELEASE_MARK, ""),
        passed_to=annotations.get(PASSED_TO, ""),
        under=annotations.get(UNDER, ""),
    )


def _spec_of(record: LeaseRecord) -> Document:
    spec: Document = {"holderIdentity": record.holder, "leaseTransitions": record.transitions}
    if record.duration_s:  # the server refuses 0
        spec["leaseDurationSeconds"] = record.duration_s
    times = {"acquireTime": record.acquired_us, "renewTime": record.renewed_us}
    return spec | {key: format_time(time_us) for key, time_us in times.items() if time_us}


def _annotations_of(record: LeaseRecord) -> dict[str, str]:
    found = {
        POOL_ID: record.pool_id,
        RELEASE_MARK: record.release_mark,
        PASSED_TO: record.passed_to,
        UNDER: record.under,
    }
    found[COUNTER] = "" if record.counter is None else str(record.counter)
    return {key: value for key, value in found.items() if value}


def parse_time(value: object) -> int:
    """Return a time of the API (RFC 3339) in microseconds since 1970, 0 for anything else."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return 0
    *parts, fraction, sign, hours, minutes = match.groups()
    year, month, day, hour, minute, second = (int(part) for part in parts)
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        since = moment + (offset if sign == "-" else -offset) - _EPOCH
    except (OverflowError, ValueError):
        return 0
    return since // _MICROSECOND + int((fraction or "").ljust(6, "0")[:6])


def format_time(time_us: int) -> str:
    """Return microseconds since 1970 as the API's MicroTime. Raises OverflowError after 9999."""
    text = (_EPOCH + time_us * _MICROSECOND).replace(tzinfo=None).isoformat(timespec="microseconds")
    return f"{text}Z"


def _number(value: object, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        return 0
    return value if 0 <= value <= most else 0


def _counter(text: str) -> int | None:
    if not _NUMBER.fullmatch(text):
        return None
    number = int(text)
    return number if number <= _MOST_COUNTER else None


def _texts(value: object) -> dict[str, str]:
    """Return a mapping's entries that are text; the mapping may be anything."""
    if not isinstance(value, dict):
        return {}
    return {k: v for k, v in value.items() if isinstance(k, str) and isinstance(v, str)}
