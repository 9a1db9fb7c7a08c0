"""The watch of one object: what it tells, and how it goes on."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from forge_manager.kube.changes import Change, Presence
from forge_manager.kube.resources import leases
from forge_manager.kube.watching import ObjectWatch, Times
from tests.sidecar.kube.conftest import Serve
from tests.sidecar.kube.fake_api import FakeApi, Link, Received
from tests.sidecar.kube.samples import LEASES, NAME, NAMESPACE, Counted
from tests.sidecar.waiting import until

_QUICK = Times(
    watch=30, silence=1.0, request=1.0, short=0.2, first_back_off=0.02, longest_back_off=0.1,
    longest_denied=0.1,
)  # fmt: skip


SELECTOR = [("fieldSelector", f"metadata.name={NAME}")]


def _object(version: int, **metadata: Any) -> dict[str, Any]:
    return {"metadata": {"name": NAME, "resourceVersion": str(version), **metadata}}


class Server:
    """A watch cache of one object: lists, and hands each watch to the test's script."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = [_object(5)]
        self.version = 10
        self.list_code = 200
        self.watches: list[Callable[[Link], None]] = []  # one for each; then they stay silent
        self.begun = 0
        self._lock = threading.Lock()

    def __call__(self, received: Received, link: Link) -> None:
        assert received.path == LEASES
        assert received.query["fieldSelector"] == f"metadata.name={NAME}"
        if "watch" not in received.query:
            if self.list_code != 200:
                link.refuse(self.list_code)
            else:
                metadata = {"resourceVersion": str(self.version)}
                link.answer(200, {"metadata": metadata, "items": self.items})
            return
        with self._lock:
            number = self.begun
            self.begun += 1
        if number < len(self.watches):
            self.watches[number](link)
        else:
            link.begin_stream()
            link.hang()


class Watched:
    """A running watch and what it told."""

    def __init__(self, server: Server, serve: Serve, times: Times) -> None:
        self.api: FakeApi
        self.api, connection = serve(server)
        self.changes: list[tuple[Presence, str]] = []
        self.counted = Counted()
        self.watch = ObjectWatch(
            connection, leases(NAMESPACE), NAME, self._changed, count=self.counted, times=times
        )
        self.watch.start()

    def _changed(self, change: Change) -> None:
        version = change.document["metadata"]["resourceVersion"]
        self.changes.append((change.presence, version))

    def requests(self) -> list[str]:
        """Return the watches' versions, "list" for a list."""
        return [received.query.get("resourceVersion", "list") for received in self.api.requests]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def watch(server: Server, serve: Serve) -> Iterator[Callable[..., Watched]]:
    made: list[Watched] = []

    def start(times: Times = _QUICK) -> Watched:
        made.append(Watched(server, serve, times))
        return made[-1]

    yield start
    for one in made:
        one.watch.stop()
        assert not one.watch._thread.is_alive()


_PRESENT, _GONE = Presence.PRESENT, Presence.GONE
Watching = Callable[..., Watched]


def test_it_lists_and_then_tells_every_event(server: Server, watch: Watching) -> None:
    def script(link: Link) -> None:
        link.begin_stream()
        link.event("MODIFIED", _object(11))
        link.event("DELETED", _object(12))
        link.event("ADDED", _object(13))
        link.hang()

    server.watches.append(script)
    seen = watch()
    until(lambda: len(seen.changes) == 4, "all changes")
    assert seen.changes == [(_PRESENT, "5"), (_PRESENT, "11"), (_GONE, "12"), (_PRESENT, "13")]
    assert seen.requests() == ["list", "10"]
    query = seen.api.requests[1].query
    assert query["allowWatchBookmarks"] == "true"
    assert 24 <= int(query["timeoutSeconds"]) <= 30
    assert seen.counted.all == [("list", "200"), ("watch", "200")]


def test_no_object_is_told_with_the_version_of_the_list(server: Server, watch: Watching) -> None:
    server.items = []
    seen = watch()
    until(lambda: seen.changes, "the change")
    assert seen.changes == [(_GONE, "10")]


def test_objects_of_other_names_are_not_told(server: Server, watch: Watching) -> None:
    server.items = [{"metadata": {"name": "other", "resourceVersion": "4"}}, 5]  # type: ignore[list-item]

    def script(link: Link) -> None:
        link.begin_stream()
        link.event("MODIFIED", _object(11, name="other"))
        link.event("MODIFIED", _object(12))
        link.hang()

    server.watches.append(script)
    seen = watch()
    until(lambda: len(seen.changes) == 2, "both changes")
    assert seen.changes == [(_GONE, "10"), (_PRESENT, "12")]


def test_a_watch_whose_time_is_up_goes_on_from_its_bookmark(
    server: Server, watch: Watching
) -> None:
    def script(link: Link) -> None:
        link.begin_stream()
        link.event("BOOKMARK", {"metadata": {"resourceVersion": "20"}})
        link.end_stream()

    server.watches += [script, script]
    seen = watch(replace(_QUICK, watch=1))
    until(lambda: server.begun == 3, "three watches")
    assert seen.requests() == ["list", "10", "20", "20"]
    assert seen.changes == [(_PRESENT, "5")]


def test_an_event_in_pieces_and_two_in_one(server: Server, watch: Watching) -> None:
    lines = [
        json.dumps({"type": "MODIFIED", "object": _object(version)}).encode() + b"\n"
        for version in (11, 12)
    ]

    def script(link: Link) -> None:
        link.begin_stream()
        link.chunk(lines[0][:7])
        link.chunk(lines[0][7:-1])
        link.chunk(lines[0][-1:] + b"\n" + lines[1] + lines[1])
        link.hang()

    server.watches.append(script)
    seen = watch()
    until(lambda: len(seen.changes) == 4, "all changes")
    assert [version for _, version in seen.changes] == ["5", "11", "12", "12"]


def _gone_by_status(link: Link) -> None:
    link.refuse(410)


def _gone_by_event(link: Link) -> None:
    link.begin_stream()
    link.event("ERROR", {"kind": "Status", "code": 410})
    link.end_stream()


@pytest.mark.parametrize("script", [_gone_by_status, _gone_by_event])
def test_a_version_that_is_too_old_is_listed_anew(
    server: Server, watch: Watching, script: Callable[[Link], None]
) -> None:
    server.watches.append(script)
    seen = watch()
    until(lambda: server.begun == 2, "the second watch")
    assert seen.requests() == ["list", "10", "list", "10"]


@pytest.mark.parametrize(
    "script",
    [
        lambda link: (link.begin_stream(), link.event("MODIFIED", _object(11)), link.break_off()),
        lambda link: (link.begin_stream(), link.event("MODIFIED", _object(11)), link.hang()),
        lambda link: (link.begin_stream(), link.event("MODIFIED", _object(11)), link.end_stream()),
    ],
    ids=["broken off", "silent", "ended early"],
)
def test_a_watch_that_ends_before_its_time_is_listed_anew(
    server: Server, watch: Watching, script: Callable[[Link], None]
) -> None:
    """A server that has started meanwhile would refuse to go on from a version."""
    server.watches.append(script)
    seen = watch()
    until(lambda: server.begun == 2, "the second watch")
    assert seen.requests() == ["list", "10", "list", "10"]


@pytest.mark.parametrize(
    "script",
    [
        lambda link: (link.begin_stream(), link.hang()),
        lambda link: (link.begin_stream(), link.chunk(b"not JSON\n"), link.hang()),
        lambda link: (link.begin_stream(), link.chunk(b'{"type":"NEW"}\n'), link.hang()),
        lambda link: (link.begin_stream(), link.chunk(b"[" * 100_000 + b"\n"), link.hang()),
        lambda link: (link.begin_stream(), link.chunk(b"x" * 5_000_000), link.hang()),
        lambda link: link.raw(b"not HTTP\r\n\r\n"),
        lambda link: link.refuse(500),
        lambda link: link.refuse(403),
    ],
    ids=["silent", "not JSON", "unknown kind", "deep", "endless", "not HTTP", "500", "403"],
)
def test_a_watch_that_told_nothing_sensible_is_listed_anew(
    server: Server, watch: Watching, script: Callable[[Link], None]
) -> None:
    server.watches.append(script)
    seen = watch()
    until(lambda: server.begun == 2, "the second watch")
    expected = ["list", "10", "list", "10"]
    # What never was an answer may be asked for again as it was.
    assert seen.requests() in (expected, ["list", "10", "10"])


def test_a_stream_that_drips_past_its_end_is_given_up(server: Server, watch: Watching) -> None:
    def script(link: Link) -> None:
        link.begin_stream()
        while True:
            link.chunk(b" ")
            threading.Event().wait(0.02)

    server.watches.append(script)
    seen = watch(Times(watch=0.2, grace=0.2, silence=5, request=1, first_back_off=0.02))
    until(lambda: server.begun == 2, "the second watch")
    assert seen.counted.all[:2] == [("list", "200"), ("watch", "200")]


def test_a_list_that_is_refused_is_tried_again(server: Server, watch: Watching) -> None:
    server.list_code = 403
    seen = watch()
    until(lambda: len(seen.requests()) >= 3, "three tries")
    assert not seen.changes
    server.list_code = 200
    until(lambda: seen.changes, "the change")


def _ends_at_once(link: Link) -> None:
    link.begin_stream()
    link.end_stream()


def _chance(monkeypatch: pytest.MonkeyPatch, drawn: float) -> None:
    monkeypatch.setattr("forge_manager.kube.watching.random.random", lambda: drawn)


def test_failures_are_spaced_out(
    server: Server, watch: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    _chance(monkeypatch, 1.0)
    server.watches = [_ends_at_once] * 1000
    seen = watch(Times(first_back_off=0.2, short=5, longest_back_off=30))
    until(lambda: server.begun == 3, "three watches")
    took = until(lambda: server.begun == 4, "the fourth")
    assert took > 0.3
    assert len(seen.requests()) <= 8


def test_a_random_part_of_a_back_off_is_waited(
    server: Server, watch: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    _chance(monkeypatch, 0.0)
    server.watches = [_ends_at_once] * 3
    watch(Times(first_back_off=60, short=5))
    until(lambda: server.begun == 4, "the fourth watch")


def test_a_watch_waits_until_its_server_has_answered_another_request(
    server: Server, watch: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    _chance(monkeypatch, 1.0)
    server.watches = [_ends_at_once] * 2
    began = time.monotonic()
    seen = watch(Times(short=5, first_back_off=0.4, longest_back_off=0.4))
    until(lambda: server.begun == 2, "a watch that heard of no answer")
    assert 1.1 < time.monotonic() - began < 3

    def after_another_answer() -> bool:
        seen.watch._connection.send("GET", LEASES, query=SELECTOR, connect_s=1, read_s=1).close()
        return server.begun == 3

    assert until(after_another_answer, "a watch after an answer") < 0.9


def test_a_watch_that_ends_before_its_time_is_not_followed_at_once(
    server: Server, watch: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    _chance(monkeypatch, 1.0)
    ended = threading.Event()

    def script(link: Link) -> None:
        link.begin_stream()
        threading.Event().wait(0.2)  # longer than a watch that counts as short
        link.end_stream()
        ended.set()

    server.watches.append(script)
    watch(Times(short=0.1, first_back_off=0.5))
    until(ended.is_set, "the end of the first watch")
    assert until(lambda: server.begun == 2, "the second") > 0.4


def test_a_callback_that_fails_does_not_end_the_watch(server: Server, watch: Watching) -> None:
    seen = watch()
    until(lambda: seen.changes, "the first change")
    failed = threading.Event()

    def fail(change: Change) -> None:
        failed.set()
        raise RuntimeError

    seen.watch._on_change = fail
    until(failed.is_set, "a call of it")  # the silent watch is followed by a list
    seen.watch._on_change = seen._changed
    until(lambda: len(seen.changes) >= 2, "another change")


def test_stopping_interrupts_a_silent_watch(server: Server, watch: Watching) -> None:
    seen = watch(Times())
    until(lambda: server.begun == 1, "the watch")
    until(lambda: seen.watch._reply, "its answer")
    seen.watch.stop(5)
    assert not seen.watch._thread.is_alive()


def test_a_refusal_is_told_and_explained_as_the_caller_says(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    server = Server()
    server.list_code = 404
    _, connection = serve(server)
    refused: list[int] = []
    watch = ObjectWatch(
        connection,
        leases(NAMESPACE),
        NAME,
        lambda _: None,
        count=Counted(),
        times=_QUICK,
        on_refused=refused.append,
        advice={404: ("CRDMissing", "apply it")},
    )
    watch.start()
    try:
        until(lambda: len(refused) > 1, "two refusals")
    finally:
        watch.stop()
    assert set(refused) == {404}
    said = [str(vars(record)) for record in caplog.records]
    assert len(said) == 1
    assert "CRDMissing" in said[0]
    assert "apply it" in said[0]
