"""What a Lease says, as values that can be compared.

The fields of `coordination.k8s.io/v1` LeaseSpec, and our own annotations. Everything that a holder
writes is in `LeaseRecord`, so "this is what I wrote" is equality; labels and foreign annotations
are carried along and never count as a change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The longest wait for a holder, whatever a Lease edited by hand says. Seconds; also the longest
#: leaseDuration that the settings allow.
LONGEST_DURATION_S = 3600


@dataclass(frozen=True, slots=True)
class LeaseRecord:
    """The part of a Lease that its holder writes.

    `holder`: "" if it has none. `duration_s`: seconds. Times in microseconds since 1970, as the
    API's MicroTime has them; they are shown to people and never compared with a clock.
    `counter`: of the holder's operational certificate. `release_mark`: see `release_mark_of`.
    `passed_to`: the group of candidates that a release is meant for, "" for the first to come.
    `under`: see `under_mark`, "" for no hub's Lease.
    """

    holder: str = ""
    duration_s: int = 0
    acquired_us: int = 0
    renewed_us: int = 0
    transitions: int = 0
    pool_id: str = ""
    counter: int | None = None
    release_mark: str = ""
    passed_to: str = ""
    under: str = ""


@dataclass(frozen=True, slots=True)
class Lease:
    """A Lease as the API server answered it.

    `version`: its resourceVersion; those of one resource type grow with time and can be compared
    as numbers (Kubernetes API concepts, "Resource versions").
    `metadata`: labels, foreign annotations and the like, to be written back unchanged.
    `gone`: the holding whose machine a person has declared dead (`holding_of`), "" for none.
    """

    uid: str
    version: int
    record: LeaseRecord
    metadata: Mapping[str, Any] = field(default_factory=dict, compare=False)
    gone: str = field(default="", compare=False)


def identity_of(pod_name: str, pod_uid: str) -> str:
    """Return the holderIdentity of a pod: its name, then its uid, so that a namesake differs."""
    return f"{pod_name}_{pod_uid}"


def hub_identity_of(cluster: str, pod_name: str, pod_uid: str) -> str:
    """Return the holderIdentity of a pod in a Lease that several clusters share."""
    return f"{cluster}/{pod_name}/{pod_uid}"


def cluster_of(holder: str) -> str:
    """Return the cluster in a holderIdentity of `hub_identity_of`."""
    return holder.partition("/")[0]


def tenure_of(lease: Lease) -> str:
    """Name one uninterrupted holding: the same from its acquisition to its release."""
    record = lease.record
    return f"{lease.uid}/{record.transitions}/{record.acquired_us}"


def release_mark_of(lease: Lease) -> str:
    """Return what this record's holder writes on release: the object, the number, the holder."""
    return f"{lease.uid}/{lease.record.transitions}/{lease.record.holder}"


def holding_of(lease: Lease) -> str:
    """Return the name that a person gives one holding: the uid of the holder's pod, and the number.

    The next holding of the same pod has another number, so a name never applies to a later one.
    """
    pod = re.split("[_/]", lease.record.holder)[-1]
    return f"{pod}/{lease.record.transitions}" if pod else ""


def under_mark(hub_uid: str, transitions: int) -> str:
    """Return the mark which says that this holding's node forges under that hub's Lease alone.

    It has the number, so that a mark that an older version carries along says nothing about its own
    holding.
    """
    return f"{hub_uid}/{transitions}" if hub_uid else ""


def hub_uid_of(record: LeaseRecord) -> str:
    """Return the uid of the hub's Lease under which its holder forges, "" if it names none."""
    uid, _, number = record.under.rpartition("/")
    return uid if number == str(record.transitions) else ""


def is_release_of(lease: Lease, before: Lease) -> bool:
    """Tell whether the previous record's holder released the Lease this way, after switching off.

    A mark that comes without the record it ends, in a Lease that was re-created, emptied by hand or
    restored from a copy, does not release the present holding.
    """
    return (
        not lease.record.holder
        and tenure_of(lease) == tenure_of(before)
        and lease.record.release_mark == release_mark_of(before)
    )


def is_a_release(lease: Lease) -> bool:
    """Tell whether any holder of this very Lease released it this way."""
    # The holder is gone from the record: what is left is the object and the number.
    return not lease.record.holder and lease.record.release_mark.startswith(release_mark_of(lease))


def released(lease: Lease, duration_s: int, passed_to: str = "") -> LeaseRecord:
    """Return the record that releases this one. `duration_s`: how long others may wait."""
    return replace(
        lease.record,
        holder="",
        duration_s=duration_s,
        release_mark=release_mark_of(lease),
        passed_to=passed_to,
        under="",
    )
