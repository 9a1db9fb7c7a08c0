"""The programs of a control plane: those that were built here, or a running cluster's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devkit import golang, kindconfig, nodeimage, paths, steps
from devkit.steps import StepError

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("kube-apiserver", "etcd", "kubeadm")
_COPY_DEADLINE_S = 60.0
#: Where a program is: a process's own file, or one on the PATH.
_WHERE = 'pid=$(pidof "$0") && echo "/proc/$pid/exe" || command -v "$0"'


def find() -> dict[str, Path]:
    """Return them by name; they are built if there are none. Raises StepError."""
    wanted = [each for each in nodeimage.PROGRAMS if each.name in NAMES]
    built = golang.targets(wanted)
    if all(path.exists() for path in built.values()):
        return built
    try:
        return {name: _copied(name, f"{kindconfig.DEFAULT_NAME}-control-plane") for name in NAMES}
    except StepError:  # no cluster runs
        return golang.ensure(wanted)


def _copied(name: str, container: str) -> Path:
    """Take a program out of a node of kind: it is linked statically."""
    inside = ["docker", "exec", container]
    where = steps.capture([*inside, "sh", "-c", _WHERE, name], what=f"where {name} is").strip()
    content = steps.run(
        [*inside, "cat", where], what=f"copy of {name}", deadline_s=_COPY_DEADLINE_S
    )
    copy = paths.cache().scratch / f"{container}-{name}"
    content.replace(copy)
    copy.chmod(0o755)
    return copy
