"""The pod of tests/sidecar/control."""

from tests.sidecar.control.conftest import node, pod

__all__ = ["node", "pod"]
