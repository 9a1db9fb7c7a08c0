"""Where objects live in the API, and what a Role must allow for them."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote


class Collection(NamedTuple):
    """The objects of one kind in one namespace. `group`: "" for the core group."""

    group: str
    version: str
    plural: str
    namespace: str

    @property
    def path(self) -> str:
        """Return the path of the collection."""
        api = f"/apis/{self.group}" if self.group else "/api"
        return f"{api}/{self.version}/namespaces/{quote(self.namespace, safe='')}/{self.plural}"

    def path_of(self, name: str) -> str:
        """Return the path of one object."""
        return f"{self.path}/{quote(name, safe='')}"

    def rule_for(self, verb: str, name: str) -> str:
        """Describe the rule of a Role that allows this verb, for a message to a person."""
        where = f", resourceNames [{name}]" if verb != "create" else ""
        return (
            f"the service account needs a Role in namespace {self.namespace} with "
            f"apiGroups ['{self.group}'], resources [{self.plural}], verbs [{verb}]{where}"
        )


def leases(namespace: str) -> Collection:
    """Return the Leases of a namespace."""
    return Collection("coordination.k8s.io", "v1", "leases", namespace)


def pods(namespace: str) -> Collection:
    """Return the pods of a namespace."""
    return Collection("", "v1", "pods", namespace)
