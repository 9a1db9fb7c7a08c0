"""Where it is measured: the kind cluster of `make images`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from devkit import environment as environments
from devkit import paths
from devkit.kubectl import Kubectl
from tests.e2e.framework.machines import Machines

if TYPE_CHECKING:
    from pathlib import Path

    from devkit.environment import Environment


@dataclass(frozen=True)
class Ground:
    """A cluster with the images, and a folder for what is thrown away afterwards."""

    environment: Environment
    kubectl: Kubectl
    machines: Machines
    scratch: Path

    @classmethod
    def of(cls, scratch: Path) -> Self:
        """Return that of the last `make images`. Raises StepError when there is none."""
        environment = environments.load()
        kubectl = Kubectl(paths.LINKS / "bin" / "kubectl", environment.cluster.kubeconfig)
        return cls(environment, kubectl, Machines.of(environment.cluster), scratch)

    def versions(self) -> dict[str, str]:
        """Return what results are told to be measured beside."""
        return versions(self.kubectl)


def versions(kubectl: Kubectl) -> dict[str, str]:
    """Return the version of Kubernetes that an API server runs, by that name."""
    answer = json.loads(kubectl.text("version", "--output=json"))
    return {"Kubernetes": answer["serverVersion"]["gitVersion"]}
