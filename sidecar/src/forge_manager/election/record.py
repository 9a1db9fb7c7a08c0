"""What a Lease says, as values that can be compared.

The fields of `coordination.k8s.io/v1` LeaseSpec, and annotations of ours. Everything that a
holder writes is in `LeaseRecord`, so "this is what I wrote" is equality; labels and other people's
annotations are carried along beside it and never count as a change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Nobody is waited for longer than this, whatever a Lease edited by hand says. Seconds; it is the
#: greatest leaseDuration that the settings allow.
LONGEST_DURATION_S = 3600


@dataclass(frozen=True, slots=True)
class LeaseRecord:
    """The part of a Lease that its holder writes.

    `holder`: "" when nobody holds it. `duration_s`: seconds. Times in microseconds since 1970, as
    the API's MicroTime has them; they are shown to people and never compared with a clock.
    `counter`: of the holder's operational certificate. `release_mark`: see `release_mark_of`.
    `passed_to`: the group of candidates that a release is meant for, "" for whoever comes first.
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
    `gone`: of which holding a person says that its machine is dead (`holding_of`), "" of none.
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
    """Return what the holder of this record writes when it lets go: the object, the number, who."""
    return f"{lease.uid}/{lease.record.transitions}/{lease.record.holder}"


def holding_of(lease: Lease) -> str:
    """Return what a person names one holding by: the uid of the holder's pod, and the number.

    The next holding of the same pod has another number, so that a name outlives nothing.
    """
    pod = re.split("[_/]", lease.record.holder)[-1]
    return f"{pod}/{lease.record.transitions}" if pod else ""


def under_mark(hub_uid: str, transitions: int) -> str:
    """Return what says that this holding's node forges under that Lease of a hub alone.

    With the number, so that a mark which an older version carries along says nothing of its own.
    """
    return f"{hub_uid}/{transitions}" if hub_uid else ""


def hub_uid_of(record: LeaseRecord) -> str:
    """Return the uid of the hub's Lease under which its holder forges, "" when it says none."""
    uid, _, number = record.under.rpartition("/")
    return uid if number == str(record.transitions) else ""


def is_release_of(lease: Lease, before: Lease) -> bool:
    """Tell whether this is how the holder of the record before let go, having switched off.

    A mark that comes without the record it ends, in a Lease that was re-created, emptied by hand or
    restored from a copy, is no release of whoever holds it now.
    """
    return (
        not lease.record.holder
        and tenure_of(lease) == tenure_of(before)
        and lease.record.release_mark == release_mark_of(before)
    )


def is_a_release(lease: Lease) -> bool:
    """Tell whether this is how some holder of this very Lease let go, whoever it was."""
    # Whose holder is gone from the record: what is left is the object and the number.
    return not lease.record.holder and lease.record.release_mark.startswith(release_mark_of(lease))


def released(lease: Lease, duration_s: int, passed_to: str = "") -> LeaseRecord:
    """Return the record that lets go of this one. `duration_s`: for which others may wait."""
    return replace(
        lease.record,
        holder="",
        duration_s=duration_s,
        release_mark=release_mark_of(lease),
        passed_to=passed_to,
        under="",
    )
