"""Time, chance, machines and processes. A step is one event; all times are integer nanoseconds.

Real code runs in threads of its process that are greenlets: each is suspended wherever it waits, or
wherever what it calls says that time passes, and an event resumes it. So a process can be stopped
or killed between any two of its effects, and the same seed gives the same history.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Generic, TypeVar

from greenlet import getcurrent, greenlet

from forge_manager.base.moment import MILLISECOND, SECOND, Moment

if TYPE_CHECKING:
    from tests.sidecar.simulation.node import Node

Event = Callable[[], None]
AnswerT = TypeVar("AnswerT")

_HISTORY_LINES = 70
_DAWDLES = 0.1  # of all the times when something is only looked at
_PPM = 1_000_000


class World:
    """The event queue. `real_ns` is true time, which no one in the simulation can read."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.scheduler = getcurrent()  # whatever is suspended goes back to it
        self.real_ns = 0
        self.steps = 0
        self.forging: set[Node] = set()  # switched on and not dead; perhaps stopped
        self.history: deque[str] = deque(maxlen=_HISTORY_LINES)
        self._said = ""
        self._queue: list[tuple[int, int, Event]] = []
        self._scheduled = 0
        self._servers = 0

    def at(self, delay_ns: int, event: Event) -> None:
        self._scheduled += 1
        heapq.heappush(self._queue, (self.real_ns + delay_ns, self._scheduled, event))

    def next_server(self) -> int:
        """Return the number of one more API server."""
        self._servers += 1
        return self._servers

    def step(self) -> None:
        self.real_ns, _, event = heapq.heappop(self._queue)
        self.steps += 1
        event()

    def log(self, text: str) -> None:
        """Say what happened; what happens again and again is said once."""
        if text != self._said:
            self._said = text
            self.history.append(f"{self.real_ns / SECOND:10.3f} {text}")

    def ms(self, low: float, high: float) -> int:
        """Return a random time between two, given in milliseconds."""
        return int((low + (high - low) * self.random.random()) * MILLISECOND)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability


class Machine:
    """Clocks, a network link, and whether its host lets it run."""

    def __init__(self, world: World, name: str, drift_ppm: int) -> None:
        self.world = world
        self.name = name
        self.boot_id = f"boot-of-{name}"
        self.paused = False
        self.resumed_ns = -(10**18)  # real time
        self.stepped_ns = -(10**18)  # real time
        self.cut_off = False
        self._drift_ppm = drift_ppm
        self._ahead_ns = world.ms(10_000, 10_000_000)  # booted before the history began
        self._lost_ns = 0
        self._offset_ns = 1_700_000_000 * SECOND + world.ms(-5000, 5000)
        self._on_resume: list[Event] = []

    def now(self) -> Moment:
        real = self.world.real_ns
        boot = self._ahead_ns + real + real * self._drift_ppm // _PPM - self._lost_ns
        return Moment(boot, boot + self._offset_ns)

    def real_until(self, boot_ns: int) -> int:
        """Return how long it really is until its boot time says this."""
        return (boot_ns - self.now().boot_ns) * _PPM // (_PPM + self._drift_ppm)

    def step_wall_clock(self, by_ns: int) -> None:
        self._offset_ns += by_ns
        self.stepped_ns = self.world.real_ns

    def pause(self) -> None:
        self.paused = True
        self._paused_ns = self.world.real_ns

    def resume(self, *, boot_time_counted: bool) -> None:
        """Run again. A host that did not count the pause corrects the wall clock instead."""
        self.paused = False
        self.resumed_ns = self.world.real_ns
        if not boot_time_counted:
            gone = self.world.real_ns - self._paused_ns
            self._lost_ns += gone
            self._offset_ns += gone
        waiting, self._on_resume = self._on_resume, []
        for event in waiting:
            self.world.at(self.world.ms(0, 20), event)

    def when_running(self, event: Event) -> None:
        """Do it now, or soon after the machine resumes: the kernel's own work."""
        if self.paused:
            self._on_resume.append(lambda: self.when_running(event))
        else:
            event()


class Process:
    """Something that SIGSTOP stops between any two of its events, and SIGKILL ends."""

    def __init__(self, world: World, machine: Machine) -> None:
        self.world = world
        self.machine = machine
        self.alive = True
        self.stopped = False
        self.hangs = False  # whatever it reads or writes that does not lie in memory
        self.holds_fuse = False  # it has opened the fuse's two FIFOs (guard.fuse)
        self.well_since_ns = world.real_ns
        self.stopped_ns = -(10**18)  # real time, of the last SIGSTOP or the end
        self._waiting: list[Event] = []

    @property
    def running(self) -> bool:
        return self.alive and not self.stopped and not self.machine.paused

    def after(self, delay_ns: int, event: Event) -> None:
        """Do it then, if this process lives; once it runs again, if it is stopped then."""
        self.world.at(delay_ns, lambda: self._fire(event))

    def _fire(self, event: Event) -> None:
        if not self.alive:
            return
        if self.machine.paused:
            self.machine.when_running(lambda: self._fire(event))
        elif self.stopped:
            self._waiting.append(event)
        else:
            event()

    def run(self, body: Event) -> None:
        """Run it in a thread of this process."""
        self.after(0, greenlet(body, self.world.scheduler).switch)

    def wait(self, delay_ns: int) -> None:
        """Let time pass for the thread that calls this."""
        self.after(delay_ns, getcurrent().switch)
        self.world.scheduler.switch()

    def switches_on(self) -> None:
        """Take note that it begins to switch its node on."""

    def acts(self) -> None:
        """Take note of an action that is about to be carried out."""

    def dawdle(self) -> None:
        """Let a moment pass, now and then."""
        if self.world.chance(_DAWDLES):
            self.wait(self.world.ms(0, 2))

    def touch_claim(self) -> None:
        """Let a moment pass, now and then; or for as long as volumes hang that are not memory."""
        while self.hangs:
            self.wait(self.world.ms(50, 100))
        self.dawdle()

    def stop(self) -> None:
        self.stopped = True
        self.stopped_ns = self.world.real_ns

    def proceed(self) -> None:
        self.stopped = False
        self.well_since_ns = self.world.real_ns
        waiting, self._waiting = self._waiting, []
        for event in waiting:
            self.after(self.world.ms(0, 20), event)


class Awaited(Generic[AnswerT]):
    """Something that one thread of a process waits for, and any event gives."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._thread: greenlet | None = None
        self._answer: AnswerT | None = None
        self._given = False

    def give(self, answer: AnswerT) -> None:
        """Resume who waits; what comes too late, or again, is lost."""
        if not self._given:
            self._given, self._answer = True, answer
            self._process.after(0, self._resume)

    def break_off(self) -> None:
        """Resume who waits, with nothing: nothing will be given."""
        if not self._given:
            self._given = True
            self._process.after(0, self._resume)

    def wait(self, longest_ns: int) -> AnswerT | None:
        """Return what is given; None when nothing is in this time, or will be."""
        if not self._given:
            self._thread = getcurrent()
            self._process.after(longest_ns, self._resume)
            self._process.world.scheduler.switch()
        return self._answer

    def _resume(self) -> None:
        self._given = True
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.switch()
