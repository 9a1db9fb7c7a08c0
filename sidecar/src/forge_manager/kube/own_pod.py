"""Whether this pod is terminating, according to the API."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from forge_manager.kube.changes import Presence, metadata_of, text_of

if TYPE_CHECKING:
    from forge_manager.kube.changes import Change


class PodEnd(StrEnum):
    """Why this pod must hand over; stable codes."""

    DELETED = "PodDeleted"  # it has a deletionTimestamp
    GONE = "PodGone"  # there is no pod of our name: deleted by force
    REPLACED = "PodReplaced"  # another pod has our name: deleted by force, and followed


class OwnPod:
    """What a watch of this pod has reported so far; an end is final.

    `uid`: "" if an older chart does not tell it; then the first pod of our name counts as us.
    """

    def __init__(self, uid: str) -> None:
        self._uid = uid
        self._end: PodEnd | None = None

    @property
    def end(self) -> PodEnd | Literal[""]:
        """Why it is terminating; "" while it is not."""
        return self._end or ""

    def changed(self, change: Change) -> None:
        """Take a change of the pod with our name."""
        self._end = self._end or self._judge(change)

    def _judge(self, change: Change) -> PodEnd | None:
        metadata = metadata_of(change.document)
        uid = text_of(metadata, "uid")
        self._uid = self._uid or uid
        if uid and uid != self._uid:
            # The end of an earlier pod with our name says nothing about this one.
            return PodEnd.REPLACED if change.presence is Presence.PRESENT else None
        if change.presence is Presence.GONE:
            return PodEnd.GONE
        return PodEnd.DELETED if metadata.get("deletionTimestamp") else None
