#!/usr/bin/env python3
"""Test the sidecar's three endpoints from outside: `test-startup-endpoint.py HOST PORT`.

Standard library only, so that it runs wherever there is a Python. In a cluster:

    kubectl port-forward pod/cardano-node-0 8000:8000 &
    ./test-startup-endpoint.py localhost 8000 --wait 60

Exit code 0: the startup gate is open and all endpoints answer as they should; 1: something is
wrong, and the output says what; 2: wrong arguments.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import time
from dataclasses import dataclass
from typing import Any

REQUEST_TIMEOUT = 5.0
PAUSE = 1.0
MAX_BODY = 4 * 1024 * 1024

STATUSES = {200: ("ready",), 503: ("not_ready", "error")}
FIELDS = {"status": str, "message": str, "credentials_provisioned": bool, "timestamp": str}
# Those that are always there: cardano_forging_enabled appears once the node says whether it forges.
METRICS = ("cardano_leader_status", "cardano_forge_manager_info_info")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True)
class Finding:
    """Whether one endpoint does what it should, and what was found."""

    endpoint: str
    ok: bool
    text: str


def main(arguments: list[str]) -> int:
    """Test all endpoints and print what was found; returns the exit code."""
    options = _parse(arguments)
    deadline = time.monotonic() + options.wait
    print(f"testing http://{options.host}:{options.port}")
    while True:
        startup = judge_startup(fetch(options.host, options.port, "/startup-status"))
        if startup.ok or time.monotonic() >= deadline:
            break
        print(f"  waiting: {startup.text}")
        time.sleep(min(PAUSE, max(0.0, deadline - time.monotonic())))
    findings = [
        startup,
        judge_health(fetch(options.host, options.port, "/health")),
        judge_metrics(fetch(options.host, options.port, "/metrics")),
    ]
    for finding in findings:
        print(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.endpoint:16} {finding.text}")
    return 0 if all(finding.ok for finding in findings) else 1


def fetch(host: str, port: int, path: str) -> Answer | str:
    """Make one request; a string says why there is no answer."""
    connection = http.client.HTTPConnection(host, port, timeout=REQUEST_TIMEOUT)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        response = connection.getresponse()
        body = response.read(MAX_BODY)
    except TimeoutError:
        return f"no answer within {REQUEST_TIMEOUT:g} s"
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {str(error) or type(error).__name__}"
    finally:
        connection.close()
    return Answer(response.status, response.getheader("Content-Type", ""), body)


def judge_startup(answer: Answer | str) -> Finding:
    """Judge `/startup-status`: only an open gate is good, and every answer must be well-formed."""
    endpoint = "/startup-status"
    if isinstance(answer, str):
        return Finding(endpoint, ok=False, text=answer)
    if answer.status not in STATUSES:
        return Finding(endpoint, ok=False, text=f"answered {answer.status}, expected 200 or 503")
    content = _json_object(answer.body)
    if content is None:
        return Finding(endpoint, ok=False, text=f"answered {answer.status} with bad JSON")
    wrong = [name for name, kind in FIELDS.items() if not isinstance(content.get(name), kind)]
    if wrong:
        return Finding(endpoint, ok=False, text=f"lacks {', '.join(wrong)}")
    if content["status"] not in STATUSES[answer.status]:
        text = f"answered {answer.status} with status {content['status']!r}"
        return Finding(endpoint, ok=False, text=text)
    text = f"{answer.status} {content['status']} {content.get('reason', '')}: {content['message']}"
    return Finding(endpoint, ok=answer.status == 200, text=text)  # noqa: PLR2004 (OK)


def judge_health(answer: Answer | str) -> Finding:
    """Judge `/health`."""
    if isinstance(answer, str):
        return Finding("/health", ok=False, text=answer)
    ok = answer.status == 200  # noqa: PLR2004 (OK)
    return Finding("/health", ok=ok, text=f"{answer.status} {_shown(answer.body)}")


def judge_metrics(answer: Answer | str) -> Finding:
    """Judge `/metrics`: the Prometheus text format with the names that dashboards rely on."""
    if isinstance(answer, str):
        return Finding("/metrics", ok=False, text=answer)
    if answer.status != 200:  # noqa: PLR2004 (OK)
        return Finding("/metrics", ok=False, text=f"answered {answer.status}")
    lines = answer.body.decode("utf-8", "replace").splitlines()
    samples = {line.split("{")[0].split(" ")[0] for line in lines if not line.startswith("#")}
    missing = [name for name in METRICS if name not in samples]
    if missing:
        return Finding("/metrics", ok=False, text=f"lacks {', '.join(missing)}")
    return Finding("/metrics", ok=True, text=f"200 {len(samples - {''})} metrics")


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _shown(body: bytes) -> str:
    text = body[:200].decode("utf-8", "replace")
    return "".join(character if character.isprintable() else " " for character in text)


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Test the endpoints of a running cardano-forge-manager sidecar.",
        epilog="exit codes: 0 all is well, 1 something is not, 2 wrong arguments",
    )
    parser.add_argument("host", metavar="HOST")
    parser.add_argument("port", metavar="PORT", type=_port)
    parser.add_argument(
        "--wait",
        metavar="SECONDS",
        type=_seconds,
        default=0.0,
        help="keep asking for up to this long until the startup gate is open",
    )
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65_535:  # noqa: PLR2004 (the range of ports)
        raise ValueError(text)
    return port


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < float("inf"):
        raise ValueError(text)
    return seconds


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
