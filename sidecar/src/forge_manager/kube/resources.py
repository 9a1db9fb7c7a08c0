"""Where objects live in the API, and what a Role must allow for them."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote


class Collection(NamedTuple):
    """The objects of one kind in one namespace.

    `group`: "" for the core group. `subresource`: the part of each that is meant, "" for the whole.
    """

    group: str
    version: str
    plural: str
    namespace: str
    subresource: str = ""

    @property
    def resource(self) -> str:
        """Return its name as RBAC has it."""
        return f"{self.plural}/{self.subresource}" if self.subresource else self.plural

    @property
    def path(self) -> str:
        """Return the path of the collection."""
        api = f"/apis/{self.group}" if self.group else "/api"
        return f"{api}/{self.version}/namespaces/{quote(self.namespace, safe='')}/{self.plural}"

    def path_of(self, name: str) -> str:
        """Return the path of one object."""
        below = f"/{self.subresource}" if self.subresource else ""
        return f"{self.path}/{quote(name, safe='')}{below}"

    def rule_for(self, verb: str, name: str) -> str:
        """Describe the Role's rule that allows this verb, for a message to a person."""
        where = f", resourceNames [{name}]" if verb != "create" else ""
        return (
            f"the service account needs a Role in namespace {self.namespace} with "
            f"apiGroups ['{self.group}'], resources [{self.resource}], verbs [{verb}]{where}"
        )


def leases(namespace: str) -> Collection:
    """Return the Leases of a namespace."""
    return Collection("coordination.k8s.io", "v1", "leases", namespace)


def pods(namespace: str) -> Collection:
    """Return the pods of a namespace."""
    return Collection("", "v1", "pods", namespace)


def events(namespace: str) -> Collection:
    """Return the events of a namespace."""
    return Collection("events.k8s.io", "v1", "events", namespace)
