"""What `helm upgrade` refuses because of what runs: told by a small API server."""

from __future__ import annotations

import json
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tests.chart.rendering import CHART, ENVIRONMENT, HELM, RENDER_DEADLINE_S, render
from tests.chart.samples import at, merged, producer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATEFULSET = "/apis/apps/v1/namespaces/pool/statefulsets/test-cardano-node"
ELECTED = producer()
ALONE = producer(forgeManager={"nodeControl": "none"})
UNMANAGED = at("cardanoNode.blockProducer", True)
RELAY: dict[str, Any] = {}
REFUSAL = "Set replicaCount=1 and nothing else first"


def resources(group_version: str, *kinds: tuple[str, str]) -> dict[str, Any]:
    listed = [
        {"name": name, "kind": kind, "namespaced": True, "verbs": ["get", "list"]}
        for name, kind in kinds
    ]
    return {"kind": "APIResourceList", "groupVersion": group_version, "resources": listed}


@contextmanager
def cluster(running: dict[str, Any] | None) -> Iterator[tuple[str, set[str]]]:
    """An API server that knows one StatefulSet at most; yields its address, and what was asked."""
    asked: set[str] = set()
    version = {"groupVersion": "apps/v1", "version": "v1"}
    group = {"name": "apps", "versions": [version], "preferredVersion": version}
    pages: dict[str, Any] = {
        "/version": {"major": "1", "minor": "34", "gitVersion": "v1.34.0"},
        "/api": {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": [group]},
        "/api/v1": resources("v1"),
        "/apis/apps/v1": resources("apps/v1", ("statefulsets", "StatefulSet")),
    }
    if running is not None:
        pages[STATEFULSET] = running

    class Api(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            asked.add(path)
            page = pages.get(path)
            status = {"kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404}
            self.send_response(404 if page is None else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(status if page is None else page).encode())

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def installed(values: dict[str, Any], replicas: int) -> dict[str, Any]:
    """The StatefulSet that runs under these values."""
    found = render(values).statefulset
    spec = {**found["spec"], "replicas": replicas}
    return {**found, "spec": spec, "status": {"replicas": replicas}}


def refusal(running: dict[str, Any] | None, values: dict[str, Any], home: Path) -> str:
    """Render against a cluster; returns what the chart says against the values."""
    with cluster(running) as (address, asked):
        done = subprocess.run(
            [
                *(str(HELM), "template", "test", str(CHART), "--values", "-"),
                *("--namespace", "pool", "--dry-run=server", "--kube-apiserver", address),
            ],
            input=json.dumps(values),
            capture_output=True,
            text=True,
            timeout=RENDER_DEADLINE_S,
            env=ENVIRONMENT | {"HOME": str(home), "KUBECONFIG": str(home / "none")},
            check=False,
        )
    assert STATEFULSET in asked, done.stderr
    # Rendered, Helm goes on to ask for kinds that this server does not know: that is not ours.
    return done.stderr.partition("These values do not go together")[2]


@pytest.mark.parametrize(
    ("before", "replicas", "after"),
    [
        (ELECTED, 3, ALONE),
        (ELECTED, 2, UNMANAGED),
        (ALONE, 1, merged(ELECTED, at("replicaCount", 3))),
        (UNMANAGED, 1, merged(ELECTED, at("replicaCount", 2))),
    ],
)
def test_pods_that_elect_and_one_that_forges_alone_do_not_run_at_once(
    before: dict[str, Any], replicas: int, after: dict[str, Any], tmp_path: Path
) -> None:
    assert REFUSAL in refusal(installed(before, replicas), after, tmp_path)


@pytest.mark.parametrize(
    ("before", "replicas", "after"),
    [
        (ELECTED, 1, ALONE),
        (ALONE, 1, ELECTED),
        (ELECTED, 0, ALONE),
        (ELECTED, 3, merged(ELECTED, at("replicaCount", 2))),
        (RELAY, 3, merged(ELECTED, at("replicaCount", 3))),
    ],
)
def test_all_else_is_left_to_the_rolling_update(
    before: dict[str, Any], replicas: int, after: dict[str, Any], tmp_path: Path
) -> None:
    assert refusal(installed(before, replicas), after, tmp_path) == ""


def test_a_first_installation_has_nothing_to_compare(tmp_path: Path) -> None:
    assert refusal(None, ALONE, tmp_path) == ""
