"""Whether the definition that the cluster serves keeps what the managers write.

A standby writes no status, so it would not report a definition that drops fields until the day it
leads. The schema is what the API server publishes about it (OpenAPI v3, readable by every account
that Kubernetes' own `system:discovery` covers).
"""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from forge_manager.kube.connection import TransportError
from forge_manager.kube.counting import BROKEN, TIMED_OUT
from forge_manager.publish.status_fields import CONDITIONS
from forge_manager.publish.status_writer import UPDATE_CRDS
from forge_manager.publish.words import ReportReason

if TYPE_CHECKING:
    from forge_manager.kube.changes import Document
    from forge_manager.kube.connection import Sender
    from forge_manager.kube.counting import RequestCounter
    from forge_manager.kube.resources import Collection
    from forge_manager.kube.troubles import Troubles
    from forge_manager.publish.status_fields import Written

_REQUEST_S = 5.0
_MOST_BYTES = 4 * 1024 * 1024
#: After no answer, and while the definition is old.
_AGAIN_S = 60.0
_KINDS = "x-kubernetes-group-version-kind"
_ANYTHING = "x-kubernetes-preserve-unknown-fields"


def lacking(document: Document, collection: Collection, written: Written) -> frozenset[str]:
    """Return the fields that the served definition drops or refuses; pure.

    `document`: from /openapi/v3. A kind that it does not mention is not judged.
    """
    schemas = _at(document, "components", "schemas")
    kind = next((one for one in schemas.values() if _is_of(one, collection)), None)
    status = _at(kind, "properties", "status")
    if kind is None or status.get(_ANYTHING) is True:
        return frozenset()
    properties = _at(status, "properties")
    lost = set(written.fields - properties.keys())
    types = _at(properties.get(CONDITIONS), "items", "properties", "type").get("enum")
    if isinstance(types, list) and not written.conditions <= {str(one) for one in types}:
        lost.add(CONDITIONS)
    return frozenset(lost)


def _is_of(schema: object, collection: Collection) -> bool:
    found = schema.get(_KINDS) if isinstance(schema, dict) else None
    for one in found if isinstance(found, list) else []:
        named = one if isinstance(one, dict) else {}
        plural = f"{named.get('kind')}s".lower()
        if (named.get("group"), named.get("version"), plural) == collection[:3]:
            return True
    return False


def _at(found: object, *keys: str) -> Document:
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


class SchemaCheck:
    """`turn` is called by one worker: at the start, and again while something is lacking."""

    def __init__(
        self,
        connection: Sender,
        collection: Collection,
        written: Written,
        *,
        troubles: Troubles,
        count: RequestCounter,
    ) -> None:
        self._connection = connection
        self._collection = collection
        self._written = written
        self._troubles = troubles
        self._count = count
        self._due_s = 0.0
        self._done = False

    def turn(self) -> float | None:
        """Ask if that is due; returns when to be called again."""
        if self._done:
            return None
        wait_s = self._due_s - time.monotonic()
        if wait_s > 0:
            return wait_s
        self._due_s = time.monotonic() + _AGAIN_S
        document = self._ask()
        if document is None:
            return _AGAIN_S
        lost = lacking(document, self._collection, self._written)
        if lost:
            names = ", ".join(sorted(lost))
            self._troubles.noted(
                ReportReason.CRD_OUTDATED, f"the API server would drop {names}; {UPDATE_CRDS}"
            )
            return _AGAIN_S
        self._troubles.over_if(ReportReason.CRD_OUTDATED)
        self._done = True
        return None

    def _ask(self) -> Document | None:
        """Return what the server publishes about the group, None if it does not answer."""
        began = time.monotonic()
        path = f"/openapi/v3/apis/{self._collection.group}/{self._collection.version}"
        outcome = BROKEN
        try:
            reply = self._connection.send("GET", path, connect_s=_REQUEST_S, read_s=_REQUEST_S)
            outcome = str(reply.status)
            try:
                body = reply.read_all(until=began + _REQUEST_S, most_bytes=_MOST_BYTES)
            finally:
                reply.close()
            found = json.loads(body) if reply.status == HTTPStatus.OK else None
        except TransportError as error:
            outcome = TIMED_OUT if error.timed_out else BROKEN
            return None
        except (ValueError, RecursionError):
            return None
        finally:
            self._count("get", outcome, time.monotonic() - began)
        return found if isinstance(found, dict) else None
