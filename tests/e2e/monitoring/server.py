"""A real Prometheus on this machine that scrapes pods of the cluster through its API server."""

from __future__ import annotations

import base64
import json
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from devkit import prometheus, steps
from tests.support.standin import free_port

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devkit.kubectl import Kubectl

Object = dict[str, Any]
_START_DEADLINE_S = 30.0
_END_DEADLINE_S = 10.0
_INTERVAL = "2s"
_JOBS = {"forge-manager": 8000, "cardano-node": 12798}


class Prometheus:
    """One server and its data in a directory of its own."""

    def __init__(
        self, directory: Path, kubectl: Kubectl, namespace: str, pods: Sequence[str], rules: Object
    ) -> None:
        self._directory = directory
        self._url = f"http://127.0.0.1:{free_port()}"
        (directory / "rules.json").write_text(json.dumps(rules))
        config = _config(directory, kubectl, namespace, pods)
        (directory / "prometheus.yml").write_text(json.dumps(config))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [
            str(prometheus.ensure()["prometheus"]),
            f"--config.file={self._directory / 'prometheus.yml'}",
            f"--storage.tsdb.path={self._directory / 'data'}",
            f"--web.listen-address={self._url.removeprefix('http://')}",
        ]
        log = self._directory / "prometheus.log"
        with log.open("wb") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        steps.wait_for(
            "Prometheus to answer",
            self._answers,
            deadline_s=_START_DEADLINE_S,
            diagnose=lambda: steps.tail(log),
        )

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(_END_DEADLINE_S)

    def query(self, query: str) -> list[Object]:
        """Return the samples of an instant query: each with `metric` and `value`."""
        asked = urllib.parse.urlencode({"query": query})
        result: list[Object] = self._get(f"/api/v1/query?{asked}")["result"]
        return result

    def query_range(self, query: str, seconds: float, step_s: float) -> list[Object]:
        """Return the series of a query up to now: each with `metric` and `values`."""
        now = time.time()
        window = {"start": now - seconds, "end": now, "step": step_s}
        asked = urllib.parse.urlencode({"query": query, **window})
        result: list[Object] = self._get(f"/api/v1/query_range?{asked}")["result"]
        return result

    def alerts(self) -> dict[str, str]:
        """Return the alerts that are raised: `pending`, or `firing` where one of a name does."""
        raised = self._get("/api/v1/alerts")["alerts"]
        named = [(alert["state"], alert["labels"]["alertname"]) for alert in raised]
        return {name: state for state, name in sorted(named, reverse=True)}

    def firing(self) -> set[str]:
        """Return the names of the alerts that fire."""
        return {name for name, state in self.alerts().items() if state == "firing"}

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self._url}/-/ready", timeout=2):  # noqa: S310 (own address)
                return True
        except OSError:
            return False

    def _get(self, path: str) -> Object:
        with urllib.request.urlopen(self._url + path, timeout=10) as answer:  # noqa: S310 (as above)
            body = json.load(answer)
        assert body["status"] == "success", body
        data: Object = body["data"]
        return data


def _config(directory: Path, kubectl: Kubectl, namespace: str, pods: Sequence[str]) -> Object:
    view = ("config", "view", "--raw", "--minify", "--flatten", "--output=json")
    seen = json.loads(kubectl.text(*view))
    cluster, user = seen["clusters"][0]["cluster"], seen["users"][0]["user"]
    files = {
        "ca_file": cluster["certificate-authority-data"],
        "cert_file": user["client-certificate-data"],
        "key_file": user["client-key-data"],
    }
    for name, data in files.items():
        (directory / name).write_bytes(base64.b64decode(data))
    proxy = f"/api/v1/namespaces/{namespace}/pods/{{}}:{{}}/proxy/metrics"
    return {
        "global": {"scrape_interval": _INTERVAL, "evaluation_interval": _INTERVAL},
        "rule_files": [str(directory / "rules.json")],
        "scrape_configs": [
            {
                "job_name": job,
                "scheme": "https",
                "tls_config": {name: str(directory / name) for name in files},
                "static_configs": [
                    {
                        "targets": [urllib.parse.urlsplit(cluster["server"]).netloc],
                        # As Prometheus' operator labels what it scrapes.
                        "labels": {
                            "namespace": namespace,
                            "pod": pod,
                            "__metrics_path__": proxy.format(pod, port),
                        },
                    }
                    for pod in pods
                ],
            }
            for job, port in _JOBS.items()
        ],
    }
