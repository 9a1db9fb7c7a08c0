"""Namespaces of tests and demonstrations: made under the `restricted` standard, and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devkit import steps
from devkit.namespace import Namespace
from tests.e2e.framework.diagnosis import diagnose

if TYPE_CHECKING:
    from devkit.kubectl import Kubectl

_STANDARD = "pod-security.kubernetes.io/enforce"
_GONE_DEADLINE_S = 120.0


def create(namespace: Namespace) -> None:
    """Create the namespace; pods in it must meet the `restricted` Pod Security standard."""
    labels = {"app.kubernetes.io/managed-by": "e2e-tests", _STANDARD: "restricted"}
    metadata = {"name": namespace.name, "labels": labels}
    namespace.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})


def admit_all_pods(namespace: Namespace) -> None:
    """Have the namespace take pods that their user wants to be less confined."""
    label = f"{_STANDARD}=privileged"
    namespace.kubectl.text("label", "namespace", namespace.name, label, "--overwrite")


def begin_deletion(kubectl: Kubectl, *names: str) -> None:
    """Have these namespaces deleted, as far as they exist, without waiting for it."""
    kubectl.text("delete", "namespace", *names, "--ignore-not-found", "--wait=false")


def delete(kubectl: Kubectl, *names: str) -> None:
    """Delete these namespaces, as far as they exist, and wait until they are gone."""
    begin_deletion(kubectl, *names)

    def gone() -> bool:
        listing = ("get", "namespace", *names, "--ignore-not-found", "--output=name")
        return not kubectl.text(*listing).strip()

    steps.wait_for(
        f"{', '.join(names)} to be gone",
        gone,
        deadline_s=_GONE_DEADLINE_S,
        diagnose=lambda: "\n".join(diagnose(Namespace(kubectl, name)) for name in names),
        interval_s=1,
    )
