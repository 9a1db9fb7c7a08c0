"""Servers of a test's own."""

from tests.sidecar.cluster.conftest import serve

__all__ = ["serve"]
