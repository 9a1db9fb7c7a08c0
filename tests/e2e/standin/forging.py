"""Whether the stand-in forges: SIGHUP's three outcomes, and the ticks that prove forging."""

from __future__ import annotations

import itertools
import threading
import time
from typing import TYPE_CHECKING

from .errors import MissingFileError, StartError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .credentials import Certificate
    from .genesis import SlotClock
    from .journal import Journal
    from .leadership import Leadership

TICK_SECONDS = 0.1


class Forge:
    """The forging state. `metric` is what the metrics say, which precedes the effect a little."""

    def __init__(
        self,
        journal: Journal,
        clock: SlotClock | None,
        lag_seconds: float,
        read_certificate: Callable[[], Certificate | None],
        leadership: Leadership,
    ) -> None:
        self.clock = clock
        self.leadership = leadership
        self.is_up = False  # the kernel
        self.certificate: Certificate | None = None
        self.metric: int | None = None  # absent until the tracing is up
        self._journal = journal
        self._lag_seconds = lag_seconds
        self._read_certificate = read_certificate  # None: a relay; raises StartError
        self._on = threading.Event()
        self._change = threading.Lock()
        self._reloads = itertools.count(1)

    def start(self, certificate: Certificate | None) -> None:
        """Begin life: forging under this certificate, or not forging when there is none."""
        self.is_up = True
        if certificate is not None:
            self._set(certificate, "at start")
        threading.Thread(target=self._tick, name="forge-tick", daemon=True).start()

    def reload(self) -> None:
        """Read the files again, for one SIGHUP; two in threads can finish in either order."""
        number = next(self._reloads)
        cause = f"by SIGHUP {number}"
        certificate = None
        try:
            certificate = self._read_certificate()
        except MissingFileError as error:
            self._journal.log(f"credentials {cause}: {error}")
        except StartError as error:
            self._journal.log(f"error: forging unchanged {cause}: {error}")
            return
        self.metric = int(certificate is not None)
        time.sleep(self._lag_seconds)
        self._set(certificate, cause)

    def _set(self, certificate: Certificate | None, cause: str) -> None:
        with self._change:
            was_on, is_on = self._on.is_set(), certificate is not None
            state = "on" if is_on else "off"
            if certificate is not None:
                cause += f", certificate counter {certificate.counter}"
            stays = "stays " if was_on == is_on else ""
            # Also where it stays on: the certificate may be another.
            self._journal.journal(f"forging {stays}{state} {cause}")
            if certificate is not None:
                self.certificate = certificate
                self._on.set()
            else:
                self._on.clear()

    def _tick(self) -> None:
        last_slot = -1
        while True:
            self._on.wait()
            with self._change:  # so that no tick lies outside what the journal calls forging
                if not self._on.is_set():
                    continue
                self._journal.journal("tick")
            if self.clock is not None and self.certificate is not None:
                now = time.time()
                slot = self.clock.slot(now)
                if slot != last_slot:
                    self.leadership.look_at(slot, self.clock.is_valid(self.certificate, now))
                last_slot = slot
            time.sleep(TICK_SECONDS)
