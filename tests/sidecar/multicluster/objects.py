"""An API server with a few objects: lists, watches, merge patches of them and of their status."""

from __future__ import annotations

import threading
from typing import Any

from tests.sidecar.kube.fake_api import Document, Link, Received


class Objects:
    """By the path of the collection, one object each, None while there is none."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._version = 1
        self._objects: dict[str, Document | None] = {}
        self.code = 200

    def put(self, collection: str, name: str, **fields: Any) -> None:
        """Write an object as a person would."""
        with self._changed:
            before = self._objects.get(collection) or {}
            metadata = {**before.get("metadata", {}), **fields.pop("metadata", {}), "name": name}
            self._store(collection, {**before, **fields, "metadata": metadata})

    def get(self, collection: str) -> Document:
        with self._changed:
            return self._objects.get(collection) or {}

    def __call__(self, received: Received, link: Link) -> None:
        if self.code != 200:
            link.refuse(self.code)
            return
        collection = "/".join(received.path.split("/")[:7])
        if received.method == "GET" and "watch" in received.query:
            self._watch(collection, int(received.query["resourceVersion"]), link)
        elif received.method == "GET":
            found = self.get(collection)
            metadata = {"resourceVersion": str(self._version)}
            link.answer(200, {"metadata": metadata, "items": [found] if found else []})
        elif received.method == "POST":
            self.put(collection, **{"name": received.body["metadata"]["name"]} | received.body)
            link.answer(201, self.get(collection))
        else:
            self._patch(collection, received, link)

    def _patch(self, collection: str, received: Received, link: Link) -> None:
        with self._changed:
            found = self._objects.get(collection)
            wanted = received.body["metadata"].pop("resourceVersion", None)
            if found is None or wanted not in (None, found["metadata"]["resourceVersion"]):
                link.refuse(404 if found is None else 409)
                return
            self._store(collection, _merged(found, received.body))
        link.answer(200, self.get(collection))

    def _store(self, collection: str, document: Document) -> None:
        self._version += 1
        document["metadata"] = document["metadata"] | {"resourceVersion": str(self._version)}
        self._objects[collection] = document
        self._changed.notify_all()

    def _watch(self, collection: str, since: int, link: Link) -> None:
        link.begin_stream()
        while True:
            with self._changed:
                found = self._objects.get(collection)
                version = int(found["metadata"]["resourceVersion"]) if found else 0
                if version <= since and not self._changed.wait(0.2):
                    found = None
            if found and version > since:
                since = version
                link.event("MODIFIED", found)
            else:
                link.event("BOOKMARK", {"metadata": {"resourceVersion": str(since)}})


def _merged(before: Document, patch: Document) -> Document:
    """Return what RFC 7386 makes of it."""
    after = dict(before)
    for key, value in patch.items():
        if value is None:
            after.pop(key, None)
        elif isinstance(value, dict):
            inner = after.get(key)
            after[key] = _merged(inner if isinstance(inner, dict) else {}, value)
        else:
            after[key] = value
    return after
