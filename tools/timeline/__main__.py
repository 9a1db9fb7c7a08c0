"""Command line: python -m timeline --namespace NS --release R."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from devkit import environment, paths
from devkit.kubectl import Kubectl
from devkit.steps import StepError
from timeline.namespace import Namespace
from timeline.story import story


def _kubeconfig(given: Path | None) -> Path:
    if given is None and "KUBECONFIG" in os.environ:
        return Path(os.environ["KUBECONFIG"])
    return given or environment.load().cluster.kubeconfig


def main() -> int:
    """Print a release's timeline; return the exit code."""
    parser = argparse.ArgumentParser(prog="timeline", description=__doc__)
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--release", required=True, help="name of the Helm release")
    parser.add_argument("--kubeconfig", type=Path, help="default: $KUBECONFIG, or our cluster's")
    arguments = parser.parse_args()
    try:
        kubectl = Kubectl(paths.LINKS / "bin" / "kubectl", _kubeconfig(arguments.kubeconfig))
        namespace = Namespace(kubectl, arguments.namespace)
        print(story(namespace, arguments.release))
    except StepError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
