"""Servers of a test's own, and connections to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from forge_manager.kube.connection import ApiConnection, connect
from tests.sidecar.kube.fake_api import FakeApi, Link, Received

Serve = Callable[[Callable[[Received, Link], None]], tuple[FakeApi, ApiConnection]]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start a server that answers as told; returns it and a connection to it."""
    made: list[tuple[FakeApi, ApiConnection]] = []

    def start(handle: Callable[[Received, Link], None]) -> tuple[FakeApi, ApiConnection]:
        api = FakeApi(handle)
        connection = connect({"KUBECONFIG": str(api.kubeconfig(tmp_path))})
        assert connection is not None
        made.append((api, connection))
        return api, connection

    yield start
    for api, connection in made:
        connection.close()
        api.close()
