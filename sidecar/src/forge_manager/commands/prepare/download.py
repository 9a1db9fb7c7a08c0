"""Fetch one file over HTTP: bounded in size and time, tried again when that may help."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from forge_manager.base.bounded_get import NoAnswerError, get
from forge_manager.commands.prepare.errors import PrepareError
from forge_manager.commands.prepare.files import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST_PAUSE = 1.0
_LAST_PAUSE = 15.0
#: Without a byte for this long, no more will come.
_STALL_SECONDS = 10.0
#: Statuses that may go away.
_WORTH_ANOTHER_TRY = frozenset({408, 425, 429, 500, 502, 503, 504})


def download(
    url: str,
    deadline: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> bytes:
    """Return what is at a URL; `deadline` is on the clock given, monotonic by default.

    Raises PrepareError with the last reason when it has not come by then.
    """
    pause, attempts = _FIRST_PAUSE, 0
    while True:
        attempts += 1
        try:
            return _fetch(url, deadline, clock)
        except NoAnswerError as error:
            reason = str(error)
            if error.final:
                raise PrepareError(f"{url}: {reason}") from None
        except ValueError:
            raise PrepareError(f"{url}: not a valid URL") from None
        if clock() + pause >= deadline:
            raise PrepareError(f"{url}: {reason}; gave up after {attempts} attempts")
        sleep(pause)
        pause = min(2 * pause, _LAST_PAUSE)


def _fetch(url: str, deadline: float, clock: Callable[[], float]) -> bytes:
    seconds = max(0.1, deadline - clock())
    answer = get(
        url,
        seconds=seconds,
        stall_seconds=_STALL_SECONDS,
        most_bytes=MAX_BYTES,
        follow=True,
        by_proxy=True,
    )
    if answer.good:
        return answer.body
    final = answer.status not in _WORTH_ANOTHER_TRY
    raise NoAnswerError(f"the server answered {answer.status} {answer.reason}", final=final)
