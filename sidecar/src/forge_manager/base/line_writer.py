"""Lines to a descriptor, without ever waiting for the reader. Standard library only."""

from __future__ import annotations

import os
import select

#: A pipe that reports POLLOUT takes this much at once, pipe(7).
_AT_ONCE_BYTES = select.PIPE_BUF


class LineWriter:
    """For one thread at a time. What is written to a full pipe is lost."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)
        self._cut = False
        #: How many lines were lost, whole or in part, for lack of room.
        self.lost = 0

    def write(self, line: str) -> bool:
        """Write one line; tells whether there was room for all of it. Never blocks or raises."""
        content = line.encode(errors="replace") + b"\n"
        if self._cut:  # the part of the line before is a line of its own
            content = b"\n" + content
        written = 0
        try:
            while written < len(content) and self._has_room():
                end = written + _AT_ONCE_BYTES
                written += os.write(self._descriptor, content[written:end])
        except OSError:
            pass
        if written:
            self._cut = written < len(content)
        self.lost += written < len(content)
        return written == len(content)

    def _has_room(self) -> bool:
        ready = self._poll.poll(0)
        return bool(ready and ready[0][1] & select.POLLOUT)
