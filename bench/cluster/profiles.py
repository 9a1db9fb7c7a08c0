"""The timings of the gate's startup probe that the chart and its examples come with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from devkit import paths
from tests.e2e.framework.deployment import merged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_VALUES = paths.REPOSITORY / "charts" / "cardano-node" / "values.yaml"
_EXAMPLES = paths.REPOSITORY / "examples"


@dataclass(frozen=True)
class Profile:
    """One timing; `probe` are its values in full."""

    name: str
    probe: Mapping[str, Any]

    @property
    def period_s(self) -> float:
        """The longest time between two probes of the kubelet."""
        return float(self.probe["periodSeconds"])

    @property
    def delay_s(self) -> float:
        """From the sidecar's start to the first probe."""
        return float(self.probe["initialDelaySeconds"])


def profiles() -> list[Profile]:
    """Return the chart's default timing and those of its examples."""
    default = _probe(_VALUES)
    examples = {
        "faster": "startup-probe-example-faster.yaml",
        "waiting": "startup-probe-example-production-ha.yaml",
    }
    return [
        Profile("default", default),
        *(
            Profile(name, merged(default, _probe(_EXAMPLES / file)))
            for name, file in examples.items()
        ),
    ]


def _probe(file: Path) -> dict[str, Any]:
    values = yaml.safe_load(file.read_text())
    probe: dict[str, Any] = values["healthChecks"]["forgeManager"]["startupProbe"]
    return probe
