"""A node that is not up for longer than SOCKET_WAIT_TIMEOUT is told of, once."""

from pathlib import Path

from forge_manager.base.moment import SECOND
from forge_manager.control.node_wait import NodeWait
from forge_manager.forging.phases import Phase


class Waiting:
    """A wait of ten seconds, and what it told."""

    def __init__(self, timeout_s: int = 10) -> None:
        self.told: list[str] = []
        self._wait = NodeWait(Path("/ipc/node.socket"), timeout_s, self.told.append)

    def look(self, second: float, phase: Phase = Phase.NO_NODE) -> int:
        """Look; return how often it has told by then."""
        self._wait.look(int(second * SECOND), phase)
        return len(self.told)


def test_it_is_told_once_with_the_path_and_the_time() -> None:
    wait = Waiting()
    assert [wait.look(second) for second in (100, 109.9, 110, 111, 200)] == [0, 0, 1, 1, 1]
    assert wait.told == ["nothing accepts connections at /ipc/node.socket after 10 s"]


def test_a_node_that_came_up_and_ended_is_waited_for_anew() -> None:
    wait = Waiting()
    assert [wait.look(second) for second in (100, 110)] == [0, 1]
    assert wait.look(111, Phase.STANDBY) == 1
    assert [wait.look(second) for second in (112, 121.9, 122)] == [1, 1, 2]


def test_one_that_is_up_is_not_told_of() -> None:
    wait = Waiting()
    assert [wait.look(second, Phase.FORGING) for second in (100, 200)] == [0, 0]


def test_without_a_time_nobody_waits() -> None:
    wait = Waiting(0)
    assert [wait.look(second) for second in (100, 200)] == [0, 0]
