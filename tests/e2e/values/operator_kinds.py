"""The kinds of Prometheus' operator in a cluster that has no operator: its own definitions."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from devkit import golang, steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devkit.kubectl import Kubectl

#: Of tools/go: pins the module whose files these are.
FOLDER = "prometheus-operator"
_MODULE = "github.com/prometheus-operator/prometheus-operator"
_GROUP = "monitoring.coreos.com"
_KINDS = ("podmonitors", "prometheusrules", "servicemonitors")
_KNOWN_DEADLINE_S = 60.0


@contextmanager
def known(kubectl: Kubectl) -> Iterator[None]:
    """Have the API server know these kinds; those that it did not know before go again.

    Raises:
        StepError: the definitions cannot be downloaded, or the API server takes none.

    """
    names = [f"{kind}.{_GROUP}" for kind in _KINDS]
    there = kubectl.text("get", "crd", *names, "--ignore-not-found", "--output=name").split()
    missing = [name for name in names if f"customresourcedefinition/{name}" not in _short(there)]
    files = golang.module_folder(FOLDER, _MODULE) / "example" / "prometheus-operator-crd"
    try:
        for name in missing:
            file = files / f"{_GROUP}_{name.partition('.')[0]}.yaml"
            # By the server: too long for the annotation in which kubectl would keep a copy.
            kubectl.text("apply", "--server-side", f"--filename={file}")
        steps.wait_for(
            f"the API server to know {', '.join(_KINDS)}",
            lambda: len(_served(kubectl)) >= len(_KINDS),
            deadline_s=_KNOWN_DEADLINE_S,
            diagnose=lambda: f"it knows {_served(kubectl)}",
        )
        yield
    finally:
        if missing:
            kubectl.text("delete", "crd", *missing, "--ignore-not-found", "--wait=false")


def _short(names: list[str]) -> set[str]:
    return {name.replace(".apiextensions.k8s.io/", "/") for name in names}


def _served(kubectl: Kubectl) -> list[str]:
    listing = ("api-resources", f"--api-group={_GROUP}", "--output=name", "--cached=false")
    found = kubectl.text(*listing).split()
    return [name for name in found if name.partition(".")[0] in _KINDS]
