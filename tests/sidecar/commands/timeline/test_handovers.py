"""The chart of hand-overs says who forged when, from the managers' Events alone."""

from __future__ import annotations

from forge_manager.commands.timeline import handovers
from forge_manager.commands.timeline.handovers import chart, reports
from forge_manager.forging.phases import Phase
from forge_manager.publish.events import CONTROLLER
from tests.sidecar.commands.timeline import samples

FIRST = [
    samples.report(1, "pool-0", "NodeUp", "Standby"),
    samples.report(2, "pool-0", "LeaseAcquired", "SwitchingOn"),
    samples.report(2.5, "pool-0", "ForgingConfirmed", "Forging"),
    samples.report(3, "pool-1", "NodeUp", "Standby"),
]


def drawn(events: list[samples.Object]) -> list[str]:
    return chart(reports(events, ["pool-0", "pool-1"])).splitlines()


def test_a_hand_over_from_one_pod_to_another() -> None:
    head, *lines = drawn([*FIRST, *samples.hand_over(60, "pool-0", "pool-1")])
    assert head.startswith("UTC         0 1  █ forges")
    assert lines == [
        "12:00:01.0  │    pool-0 NodeUp: Said",
        "12:00:02.0  ▒    pool-0 LeaseAcquired: Said",
        "12:00:02.5  █    pool-0 ForgingConfirmed: Said",
        "12:00:03.0  █ │  pool-1 NodeUp: Said",
        "12:01:00.0  ▒ │  pool-0 HandingOver: Said",
        "12:01:00.5  │ │  pool-0 OffConfirmed: Said",
        "12:01:02.0  │ ▒  pool-1 LeaseAcquired: Said",
        "12:01:02.5  │ █  pool-1 ForgingConfirmed, 2.5 s after pool-0 left Forging",
    ]


def test_events_are_put_in_the_order_of_their_times() -> None:
    events = [*FIRST, *samples.hand_over(60, "pool-0", "pool-1")]
    assert drawn(events[::-1]) == drawn(events)


def test_an_event_about_something_else_changes_no_column() -> None:
    refused = samples.report(10, "pool-0", "HandOverRefused", "HandOver")
    assert drawn([*FIRST, refused])[-1] == "12:00:10.0  █ │  pool-0 HandOverRefused: Said"


def test_no_time_is_given_after_a_forger_that_vanished_without_a_word() -> None:
    refused = samples.report(10, "pool-0", "HandOverRefused", "HandOver")
    taken = samples.report(60, "pool-1", "ForgingConfirmed", "Forging")
    assert drawn([*FIRST, refused, taken])[-1] == "12:01:00.0  █ █  pool-1 ForgingConfirmed: Said"


def test_only_the_last_five_turns_are_shown() -> None:
    turns = [samples.hand_over(60 * n, f"pool-{n % 2}", f"pool-{(n + 1) % 2}") for n in range(1, 9)]
    lines = drawn([event for turn in turns for event in turn])[1:]
    assert len(lines) == 5 * 4
    assert lines[0].startswith("12:04:00.0  ")


def test_events_of_other_reporters_and_other_releases_are_left_out() -> None:
    kubelets = {**samples.report(1, "pool-0", "Started", ""), "reportingComponent": "kubelet"}
    others = samples.report(1, "other-0", "ForgingConfirmed", "Forging")
    assert drawn([kubelets, others]) == []


def test_a_pod_that_is_gone_keeps_its_column() -> None:
    events = [*FIRST, samples.report(9, "pool-2", "NodeUp", "Standby")]
    assert drawn(events)[-1].startswith("12:00:09.0  █ │ │  pool-2")


def test_lines_fit_a_terminal() -> None:
    long = samples.report(1, "pool-0", "NodeUp", "Standby", note="x" * 1000)
    assert max(map(len, drawn([long]))) <= 110


def test_every_phase_has_a_mark_and_the_reporter_is_the_managers() -> None:
    assert set(handovers.MARKS) == set(Phase)
    assert handovers.REPORTER == CONTROLLER
