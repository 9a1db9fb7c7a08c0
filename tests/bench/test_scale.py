"""What the measurement at scale counts, judges and fits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bench.scale import audit, figures, samples, steady, storm
from bench.scale.audit import Request
from bench.scale.chart import environment
from bench.scale.samples import Sample
from bench.scale.storm import Storm
from forge_manager.election.terms import Terms

if TYPE_CHECKING:
    from pathlib import Path

POD = "system:serviceaccount:pool-1:producer"


def event(number: int, second: float, stage: str = "RequestReceived", **other: Any) -> str:
    """Return a line of an audit log."""
    said = {
        "auditID": str(number),
        "stage": stage,
        "requestURI": "/apis/x?watch=true",
        "verb": "update",
        "user": {"username": POD},
        "objectRef": {"resource": "leases"},
        "requestReceivedTimestamp": f"2026-01-01T00:00:{second:09.6f}Z",
        **other,
    }
    return json.dumps(said) + "\n"


def request(at: float, verb: str = "get", resource: str = "leases") -> Request:
    """Return a manager's request."""
    return Request(at, POD, verb, resource, 200, is_open=False)


def test_a_request_of_several_events_is_counted_once() -> None:
    lines = [
        event(1, 2.5),
        event(2, 1.0, verb="watch"),
        event(2, 1.0, "ResponseStarted", verb="watch", responseStatus={"code": 200}),
        event(1, 2.5, "ResponseComplete", responseStatus={"code": 409}),
    ]
    first, second = audit.requests(lines)
    assert (first.verb, first.code, first.is_open) == ("watch", 200, True)
    assert (second.verb, second.code, second.is_open) == ("update", 409, False)
    assert second.at - first.at == 1.5


def test_what_a_request_is_about() -> None:
    below = {"resource": "cardanoleaders", "subresource": "status"}
    found = audit.requests([event(1, 1, objectRef=below), event(2, 2, objectRef={})])
    assert [each.resource for each in found] == ["cardanoleaders/status", "/apis/x"]


def test_a_line_that_is_not_whole_yet_is_left_out() -> None:
    assert len(audit.requests([event(1, 1), event(2, 2)[:30]])) == 1


@pytest.mark.parametrize(
    ("user", "counts"),
    [({"username": POD}, True), ({}, True), ({"username": "system:apiserver"}, False)],
)
def test_a_manager_is_a_service_account_or_was_refused_as_nobody(
    user: dict[str, str], counts: bool
) -> None:
    found = audit.requests([event(1, 1, user=user)])
    assert bool(audit.of_managers(found)) is counts


def test_a_time_has_its_beginning_and_lacks_its_end() -> None:
    found = [request(at) for at in (1.0, 2.0, 3.0)]
    assert audit.between(found, 1.0, 3.0) == found[:2]


@pytest.mark.parametrize(
    ("times", "since", "number"),
    [
        ([], 0.0, 0),
        ([5.0], 5.0, 1),
        ([0.0, 1.0], 0.0, 1),
        ([3.0, 0.9, 1.0, 1.8], 0.9, 3),
        ([0.0, 0.5, 7.0, 7.1, 7.99, 8.0], 7.0, 3),
    ],
)
def test_the_worst_second_begins_anywhere(times: list[float], since: float, number: int) -> None:
    assert audit.worst_second(times) == (since, number)


def test_what_a_second_had() -> None:
    found = [request(0.9), request(1.0), request(1.9, "watch"), request(1.95), request(2.0)]
    expected = {"get leases": 2, "watch leases": 1, "refused": 2}
    assert storm.kinds(found, [0.5, 1.0, 1.5, 2.0], 1.0) == expected


def test_failed_connections_are_read_by_their_name() -> None:
    page = "Ip: Forwarding\nIp: 1\nTcp: MaxConn AttemptFails InErrs\nTcp: -1 42 7\nUdp: X\n"
    assert storm.failed_attempts(page) == 42


ONE = frozenset({"a"})


@pytest.mark.parametrize(
    ("sample", "settled", "two"),
    [
        (Sample("a", ONE, ONE, ONE), True, False),
        (Sample("", frozenset(), frozenset(), frozenset()), False, False),
        (Sample("b", ONE, ONE, ONE), False, False),
        (Sample("a", ONE, ONE, frozenset()), False, False),
        (Sample("a", ONE | {"b"}, ONE, ONE), False, True),
        (Sample("a", ONE, ONE | {"b"}, ONE), False, True),
        (Sample("a", ONE, ONE, ONE | {"b"}), False, True),
    ],
)
def test_a_pool_has_settled_once_all_name_the_same_pod(
    sample: Sample, settled: bool, two: bool
) -> None:
    assert (sample.is_settled, sample.has_two) == (settled, two)


def test_the_last_tick_of_a_journal() -> None:
    journal = "\n".join(
        (
            "2026-01-01T00:00:01.000Z producer-0 tick",
            "2026-01-01T00:00:02.500Z producer-0 tick",
            "2026-01-01T00:00:09.000Z producer-0 forging off by SIGHUP 2",
        )
    )
    assert samples.last_tick(journal) == 1767225602.5
    assert samples.last_tick("") == 0


def test_a_metrics_samples_are_added_up() -> None:
    page = '# HELP up x\nup 1\nup_total 5\nup{a="b"} 2\n'
    assert samples.value(page, "up") == 3
    assert samples.value(page, "down") == 0


def test_a_line_through_points() -> None:
    assert steady.line([(10, 6.0), (25, 13.5), (50, 26.0)]) == pytest.approx((0.5, 1.0))


def test_a_containers_paths_are_those_of_its_volumes(tmp_path: Path) -> None:
    container = {
        "volumeMounts": [
            {"name": "keys", "mountPath": "/keys"},
            {"name": "live", "mountPath": "/keys/live"},
        ],
        "env": [
            {"name": "A", "value": "/keys/a"},
            {"name": "B", "value": "/keys/live/b"},
            {"name": "C", "value": "/keysake"},
            {"name": "D", "valueFrom": {"fieldRef": {"fieldPath": "metadata.uid"}}},
        ],
    }
    volumes = {"keys": tmp_path / "1", "live": tmp_path / "2"}
    assert environment(container, {"metadata": {"uid": "u"}}, volumes) == {
        "A": str(tmp_path / "1" / "a"),
        "B": str(tmp_path / "2" / "b"),
        "C": "/keysake",
        "D": "u",
    }


STORM = Storm(
    outage_s=10, settled=(14.0, 19.0), requests=9, refused=9, worst_second=200, worst_at_s=1,
    worst_kinds={},
)  # fmt: skip


@pytest.mark.parametrize(
    ("found", "holds"),
    [
        (STORM, [True, True]),
        (STORM._replace(settled=(14.0, 20.1)), [False, True]),
        (STORM._replace(worst_second=201), [True, False]),
    ],
)
def test_a_storm_is_over_a_lease_and_five_seconds_later_and_no_second_has_over_200(
    found: Storm, holds: list[bool]
) -> None:
    assert [each.holds for each in figures.of_storm(found, Terms())] == holds


@pytest.mark.parametrize(
    ("sample", "overlap_s", "ended", "holds"),
    [
        (Sample("a", ONE, ONE, ONE), 0.0, [], [True, True, True, True]),
        (Sample("a", ONE, ONE, ONE | {"b"}), 0.0, [], [False, False, True, True]),
        (Sample("a", frozenset(), ONE, ONE), 0.1, ["x"], [True, False, False, False]),
    ],
)
def test_anything_but_one_leader_is_beyond_its_bound(
    sample: Sample, overlap_s: float, ended: list[str], holds: list[bool]
) -> None:
    assert [each.holds for each in figures.of_safety([sample], overlap_s, ended)] == holds
