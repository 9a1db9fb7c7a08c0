"""The kubeconfig of the cluster that tests use: python -m devkit.kubeconfig prints its path."""

import sys

from devkit import environment
from devkit.steps import StepError


def main() -> int:
    """Print it; return the exit code."""
    try:
        print(environment.load().cluster.kubeconfig)
    except StepError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
