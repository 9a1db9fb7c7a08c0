"""Servers of a test's own."""

from tests.sidecar.kube.conftest import serve

__all__ = ["serve"]
