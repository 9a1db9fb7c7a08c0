"""The probe asks real pages, and says what is wrong in words that a person can act on."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from forge_manager.commands.probe.answers import Finding, ManagerReport, ask
from forge_manager.commands.probe.command import Clocks, probe, problems
from forge_manager.control.status import ALONE, ForgingStatus
from forge_manager.forging.phases import Phase
from forge_manager.gate.state import Gate
from forge_manager.metrics.page import MetricsPage
from forge_manager.metrics.telemetry import Telemetry
from forge_manager.settings.manager import parse_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATHS = ("/startup-status", "/health", "/metrics")
READY = '{"status": "ready", "reason": "CredentialsProvisioned", "message": "in place"}'
REFUSED = '{"status": "error", "reason": "KesKeyMismatch", "message": "not of one set"}'


@contextmanager
def serving(pages: dict[str, tuple[int, str]]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = pages.get(self.path, (404, "{}"))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def metrics_page(directory: Path, *, forging: bool | None) -> str:
    """The page as the sidecar makes it."""
    settings = parse_settings({"STATE_DIR": str(directory), "CHECKED_DIR": str(directory)})
    status = ForgingStatus(replace(ALONE, phase=Phase.STANDBY, why="LeaseHeld", forging=forging))
    page = MetricsPage(settings, Gate(), status, Telemetry())
    return page.response().body.decode()


def manager(name: str, forging: bool | None = False, why: str = "LeaseHeld") -> ManagerReport:
    return ManagerReport(name, {path: Finding(True, "") for path in PATHS}, forging, why)


@pytest.mark.parametrize("forging", [True, False, None])
def test_it_reads_what_the_sidecar_shows(tmp_path: Path, forging: bool | None) -> None:
    page = metrics_page(tmp_path, forging=forging)
    pages = {"/startup-status": (200, READY), "/health": (200, "OK"), "/metrics": (200, page)}
    with serving(pages) as url:
        found = ask(url)
    assert (found.forging, found.why) == (forging, "LeaseHeld")
    assert all(finding.ok for finding in found.findings.values())
    assert found.findings["/startup-status"].text == "CredentialsProvisioned: in place"


def test_it_asks_the_pods_by_no_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    page = metrics_page(tmp_path, forging=True)
    with serving(dict.fromkeys(PATHS, (200, page))) as url:
        assert ask(url).forging is True


@pytest.mark.parametrize("path", PATHS)
def test_an_endpoint_that_does_not_answer_as_it_should_is_a_problem(
    tmp_path: Path, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    page = metrics_page(tmp_path, forging=False)
    pages = {"/startup-status": (200, READY), "/health": (200, "OK"), "/metrics": (200, page)}
    with serving(pages | {path: (503, REFUSED)}) as url:
        assert probe([url], {}) == 1
    last = capsys.readouterr().out.partition("FAILED:\n")[2]
    assert last.startswith(f"  - {url}{path}: ")
    assert "KesKeyMismatch" in last


def test_a_page_of_something_else_is_a_problem() -> None:
    pages = {"/startup-status": (200, READY), "/health": (200, "OK"), "/metrics": (200, "up 1\n")}
    with serving(pages) as url:
        assert len(problems([ask(url)], one_forger=False)) == 1


def test_nobody_there_is_a_problem() -> None:
    with serving({}) as url:
        pass
    found = problems([ask(url)], one_forger=False)
    assert len(found) == 3
    assert all("no answer" in problem for problem in found)


@pytest.mark.parametrize(
    ("forging", "one_forger", "said"),
    [
        ([True, False, False], True, []),
        ([False, False], False, []),
        ([None, None], False, []),
        ([True, True, False], True, ["2 nodes forge with the same keys: pod-0, pod-1"]),
        ([True, True], False, ["2 nodes forge with the same keys: pod-0, pod-1"]),
        ([False, None], True, ["no node forges: pod-0 LeaseHeld, pod-1 LeaseHeld"]),
    ],
)
def test_exactly_one_node_forges_where_one_is_expected_and_never_two(
    forging: list[bool | None], one_forger: bool, said: list[str]
) -> None:
    managers = [manager(f"pod-{n}", value) for n, value in enumerate(forging)]
    assert problems(managers, one_forger=one_forger) == said


def test_it_asks_until_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    answers = iter([manager("pod-0"), manager("pod-0"), manager("pod-0", True)])
    now = [0.0]

    def pause(seconds: float) -> None:
        now[0] += seconds

    arguments = ["--one-forger", "--wait", "10", "http://pod-0/"]
    clocks = Clocks(steady=lambda: now[0], pause=pause)
    assert probe(arguments, {}, asked=lambda _: next(answers), clocks=clocks) == 0
    assert now[0] == 2
    assert capsys.readouterr().out.endswith("PASSED: 1 managers, 1 forging\n")


def test_it_gives_up_when_time_is_over(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]

    def pause(seconds: float) -> None:
        now[0] += seconds

    arguments = ["--one-forger", "--wait", "5", "http://pod-0"]
    clocks = Clocks(steady=lambda: now[0], pause=pause)
    assert probe(arguments, {}, asked=lambda _: manager("p"), clocks=clocks) == 1
    assert now[0] == 5
    assert "no node forges: p LeaseHeld" in capsys.readouterr().out
