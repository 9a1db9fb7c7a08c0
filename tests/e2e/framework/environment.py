"""Which cluster the tests run on, and the images that are in it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Environment:
    """A cluster and two full image references."""

    kubeconfig: Path
    forge_manager_image: str
    standin_image: str


def load() -> Environment:
    """Return the cluster that KUBECONFIG and the image variables name."""
    return Environment(
        Path(os.environ["KUBECONFIG"]),
        os.environ["FORGE_MANAGER_IMAGE"],
        os.environ["STANDIN_IMAGE"],
    )
