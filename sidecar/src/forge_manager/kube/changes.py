"""What a watch reports about its object."""

from __future__ import annotations

from enum import Enum
from typing import Any, NamedTuple

#: A JSON object of the API.
Document = dict[str, Any]


class Presence(Enum):
    """Whether the object is there."""

    PRESENT = "present"
    GONE = "gone"


class Change(NamedTuple):
    """The object as it is now, or that there is none.

    `document` of a deleted object: as it was last, or only its name and the resourceVersion at
    which there was none.
    """

    presence: Presence
    document: Document


def metadata_of(document: object) -> Document:
    """Return an object's metadata, empty when it has none."""
    metadata = document.get("metadata") if isinstance(document, dict) else None
    return metadata if isinstance(metadata, dict) else {}


def text_of(fields: Document, key: str) -> str:
    """Return a field that is text, "" when it is absent or something else."""
    value = fields.get(key)
    return value if isinstance(value, str) else ""


def status_of(document: Document) -> Document:
    """Return an object's status, empty when it has none."""
    found = document.get("status")
    return found if isinstance(found, dict) else {}
