"""The alerts about the node on what Prometheus makes of a stand-in's page: the names are its."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import pytest

from devkit import prometheus
from tests.alerts.rules import rules
from tests.support.keys import Pool
from tests.support.standin import StandinProcess, free_port

pytestmark = pytest.mark.waits

DEADLINE_S = 30.0
LABELS = {"namespace": "pool", "pod": "bp-0"}
ABOUT_THE_NODE = {
    name: rule["expr"] for name, rule in rules().items() if "cardano_node_metrics_" in rule["expr"]
}
Ask = Callable[[str], list[str]]


@contextmanager
def scraping(directory: Path, metrics_port: int) -> Iterator[Ask]:
    """A Prometheus that scrapes the node every second; gives a function that returns values."""
    url = f"http://127.0.0.1:{free_port()}"
    target = {"targets": [f"127.0.0.1:{metrics_port}"], "labels": LABELS}
    config = {
        "global": {"scrape_interval": "1s"},
        "scrape_configs": [{"job_name": "node", "static_configs": [target]}],
    }
    (directory / "prometheus.yml").write_text(json.dumps(config))
    command = [
        str(prometheus.ensure()["prometheus"]),
        f"--config.file={directory / 'prometheus.yml'}",
        f"--storage.tsdb.path={directory / 'data'}",
        f"--web.listen-address={url.removeprefix('http://')}",
    ]

    def ask(query: str) -> list[str]:
        path = f"{url}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
        try:
            with urllib.request.urlopen(path, timeout=10) as answer:  # noqa: S310 (own address)
                return [sample["value"][1] for sample in json.load(answer)["data"]["result"]]
        except urllib.error.HTTPError as error:
            if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
                raise
        except OSError:
            pass
        return []  # it has not begun to serve

    with (directory / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield ask
    finally:
        process.terminate()
        process.wait(DEADLINE_S)


def wait_for(ask: Ask, query: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not ask(query):
        assert time.monotonic() < deadline, f"no data: {query}"
        time.sleep(0.2)


def true_now(ask: Ask) -> set[str]:
    """The alerts whose expression holds, whatever their patience."""
    return {name for name, expr in ABOUT_THE_NODE.items() if ask(expr)}


def test_they_are_true_of_what_went_wrong_alone(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    Pool.generate(b"alerts on a node").issue().write(tmp_path / "keys")
    slots = tmp_path / "slots"
    settings = {"START_AS_NON_PRODUCING": "false", "STANDIN_SLOTS_FILE": str(slots)}
    with StandinProcess.start(tmp_path, NODE_VERSION="11.0.1", **settings) as node:
        node.wait_until_up()
        with scraping(tmp_path, node.metrics_port) as ask:
            slots.write_text("lead\n")
            wait_for(ask, "cardano_node_metrics_Forge_adopted_counter == 1")
            assert true_now(ask) == set()
            slots.write_text("lead\nmiss\n")
            wait_for(ask, "cardano_node_metrics_nodeIsLeader_int == 2")
            assert true_now(ask) == {"CardanoBlockMissed"}
            slots.write_text("lead\nmiss\ncannot\n")
            wait_for(ask, "cardano_node_metrics_nodeCannotForge_int == 1")
            assert true_now(ask) == {"CardanoBlockMissed", "CardanoCouldNotForge"}
