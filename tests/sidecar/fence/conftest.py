"""The pod of tests/sidecar/guard."""

from tests.sidecar.guard.conftest import pod

__all__ = ["pod"]
