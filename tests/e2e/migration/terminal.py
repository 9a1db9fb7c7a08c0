"""Where an operator types: a checkout, a values file, a shell."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from devkit import paths, steps
from tests.e2e.migration import guide
from tests.support import producer

if TYPE_CHECKING:
    from pathlib import Path

    from devkit.namespace import Namespace

Object = dict[str, Any]
#: Not the StatefulSet's name: a command that takes the one for the other fails.
RELEASE = "pool"
#: The guide's sections.
FROM_EARLIER = "From the earlier chart (cardano-node 0.3.x)"
BACK = "Back to the earlier chart"
BETWEEN_VERSIONS = "Between versions of this chart"
FROM_A_HOST = "A pool from a host"
_DOCS = paths.REPOSITORY / "docs"
_VALUES = "my-values.yaml"
_CHART = "charts/cardano-node"
# The longest wait in the guide, and some.
_DEADLINE_S = 11 * 60.0


@dataclass(frozen=True)
class Terminal:
    """`directory` stands for the checkout: the chart and the values file are in it."""

    directory: Path
    kubeconfig: Path
    names: dict[str, str]

    @classmethod
    def open(cls, directory: Path, namespace: Namespace) -> Self:
        """Return one whose chart is the checkout's own."""
        directory.mkdir()
        chart = directory / _CHART
        chart.parent.mkdir()
        chart.symlink_to(paths.REPOSITORY / _CHART)
        names = {"RELEASE": RELEASE, "NAMESPACE": namespace.name, "STS": producer.NAME}
        return cls(directory, namespace.kubectl.kubeconfig, names)

    @property
    def chart(self) -> Path:
        """Return the chart that the guide's commands name."""
        return self.directory / _CHART

    def write_values(self, values: Object) -> None:
        """Write the file that the guide calls my-values.yaml."""
        (self.directory / _VALUES).write_text(json.dumps(values))

    def run(self, commands: str, **names: str) -> str:
        """Run them; the first that fails is the last. Return what they wrote.

        Raises StepError, with what the failed one said.
        """
        script = guide.filled(commands, self.names | names)
        search = f"{paths.LINKS / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return steps.capture(
            ["bash", "-euo", "pipefail", "-c", script],
            what="the guide's commands",
            deadline_s=_DEADLINE_S,
            # HOME: caches of the programs.
            env={"KUBECONFIG": str(self.kubeconfig), "PATH": search, "HOME": str(self.directory)},
            cwd=self.directory,
        )

    @staticmethod
    def guide(section: str, page: str = "upgrade.md") -> list[str]:
        """Return the steps of one of its sections, or of another page's (see `guide.steps`)."""
        return guide.steps(_DOCS / page, section)
