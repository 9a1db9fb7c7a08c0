"""Which connection goes when there are too many."""

from __future__ import annotations

import resource

import pytest

from forge_manager.http.connections import Connections, affordable_connections


class Fake:
    """A connection that remembers whether it was closed."""

    def __init__(self) -> None:
        self.aborted = False

    def abort(self) -> None:
        """Close."""
        self.aborted = True


def test_idle_ones_go_in_the_order_in_which_they_became_idle() -> None:
    held = Connections(3)
    first, second, third = members = [Fake() for _ in range(3)]
    for member in members:
        held.add(member)
    held.mark_busy(first)
    held.mark_idle(first)
    for _ in range(2):
        held.add(Fake())
    assert [member.aborted for member in (first, second, third)] == [False, True, True]
    assert len(held) == 3


def test_a_waiting_one_goes_only_when_there_is_no_other() -> None:
    held = Connections(2)
    waiting, idle = Fake(), Fake()
    held.add(waiting)
    held.mark_busy(waiting)
    held.add(idle)
    held.mark_busy(idle)
    held.add(Fake())
    assert (waiting.aborted, idle.aborted) == (True, False)


def test_a_forgotten_connection_stays_forgotten() -> None:
    held = Connections(2)
    gone = Fake()
    held.add(gone)
    held.discard(gone)
    held.mark_busy(gone)
    held.mark_idle(gone)
    assert len(held) == 0


@pytest.mark.parametrize(
    ("limits", "raised_to", "expected"),
    [
        ((1024, 4096), (2112, 4096), 2048),
        ((1024, 1024), (1024, 1024), 960),
        ((65536, 65536), None, 2048),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), None, 2048),
        ((32, 32), (32, 32), 1),
    ],
)
def test_the_limit_fits_the_descriptors(
    monkeypatch: pytest.MonkeyPatch,
    limits: tuple[int, int],
    raised_to: tuple[int, int] | None,
    expected: int,
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _, new: asked.append(new))
    assert affordable_connections() == expected
    assert asked == ([raised_to] if raised_to else [])
