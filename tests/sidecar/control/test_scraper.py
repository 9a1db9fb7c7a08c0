"""The scraper's thread: whose answer counts, and that using it beside the loop harms neither."""

from __future__ import annotations

import os
import subprocess
import threading
from typing import TYPE_CHECKING

from forge_manager.control.scraper import Scraper
from forge_manager.node.metric import Forging, Reading
from forge_manager.node.process import HeldProcess, identify
from tests.sidecar.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable


def held(pid: int) -> HeldProcess:
    process = identify(pid)
    assert process is not None
    found = HeldProcess.hold(process)
    assert found is not None
    return found


class Page:
    """A metric that is what it is told to be, and counts its connections' ends."""

    def __init__(self, scrape: Callable[[], Reading]) -> None:
        self.scrape = scrape
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


def reads(forging: Forging) -> Page:
    return Page(lambda: Reading(1, 2, forging))


def test_a_whole_answer_of_a_living_process_is_taken() -> None:
    scraper = Scraper(reads(Forging.ABSENT))
    with held(os.getpid()) as node:
        scraper.begin_if_due(node, 10, 0)
        until(lambda: scraper.latest is not None)
        assert scraper.latest is not None
        assert (scraper.latest.process, scraper.latest.forging) == (node.process, None)


def test_an_answer_counts_only_if_its_process_lived_to_its_end() -> None:
    child = subprocess.Popen(["sleep", "60"])
    asked, answer = threading.Event(), threading.Event()

    def scrape() -> Reading:
        asked.set()
        answer.wait(5)
        return Reading(1, 2, Forging.ON)

    with held(child.pid) as node:
        scraper = Scraper(Page(scrape))
        scraper.begin_if_due(node, 10, 0)
        asked.wait(5)
        child.kill()
        child.wait()
        answer.set()
        until(lambda: scraper.busy_since_ns() is None)
        assert scraper.latest is None


def test_the_loop_may_watch_the_process_while_it_is_scraped() -> None:
    # poll() objects refuse a second thread: the scraper must not use the loop's.
    scraper = Scraper(reads(Forging.OFF))
    with held(os.getpid()) as node:
        waiting = threading.Thread(target=lambda: node.wait_for_end(0.5))
        waiting.start()
        scraper.begin_if_due(node, 10, 0)
        until(lambda: scraper.latest is not None)
        waiting.join()


def test_another_process_is_never_asked_over_the_connection_of_the_one_before() -> None:
    page = reads(Forging.OFF)
    scraper = Scraper(page)
    with held(os.getpid()) as node, held(os.getppid()) as next_node:
        for process, closed in ((node, 1), (node, 1), (next_node, 2)):
            scraper.begin_if_due(process, 10, 0)
            until(lambda: scraper.latest is not None and scraper.busy_since_ns() is None)
            assert page.closed == closed


def test_an_answer_that_says_anything_else_is_news() -> None:
    values = [Forging.OFF, Forging.OFF, Forging.ON, Forging.UNKNOWN, Forging.ON, Forging.ABSENT]
    told: list[int | None] = []
    scraper = Scraper(
        Page(lambda: Reading(1, 2, values.pop(0))),
        news=lambda: told.append(scraper.latest.forging if scraper.latest else -1),
        elsewhere=lambda _, work: work,
    )
    with held(os.getpid()) as node:
        assert scraper.begun_ns is None
        while values:
            scraper.begin_if_due(node, 10 - len(values), 0)
        assert scraper.begun_ns == 9
    assert told == [0, 1, None]
