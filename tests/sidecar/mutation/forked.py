"""Run something in a fork of this process, with an end to its time."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import time
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

_PR_SET_PDEATHSIG = 1  # prctl(2)


def in_fork(work: Callable[[], object], limit_s: float) -> Any:
    """Return what `work` returns, by way of JSON.

    What it prints is dropped. Processes that it leaves behind in its group are ended. Raises
    TimeoutError after `limit_s`, ChildProcessError when it was killed, and RuntimeError with the
    text of what it raised itself.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _run(work, writing)
    os.close(writing)
    try:
        said = _read(reading, time.monotonic() + limit_s)
    finally:
        os.close(reading)
        for target in (os.killpg, os.kill):  # the group is there a moment after the process
            with contextlib.suppress(ProcessLookupError):
                target(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if not said.endswith(b"\n"):
        raise ChildProcessError("it was killed")
    answer = json.loads(said)
    if "raised" in answer:
        raise RuntimeError(answer["raised"])
    return answer["returned"]


def end_with_parent() -> None:
    """Have the kernel end this process when the one that began it ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _read(reading: int, end: float) -> bytes:
    """Read a line, or up to the end; `end` is a time of the monotonic clock."""
    said = b""
    while not said.endswith(b"\n"):
        if not select.select([reading], [], [], max(0.0, end - time.monotonic()))[0]:
            raise TimeoutError
        part = os.read(reading, 65536)
        if not part:
            break
        said += part
    return said


def _run(work: Callable[[], object], writing: int) -> NoReturn:
    try:
        os.setsid()
        end_with_parent()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)
        said = json.dumps(_answer(work)).encode() + b"\n"
        while said:
            said = said[os.write(writing, said) :]
    finally:
        os._exit(0)


def _answer(work: Callable[[], object]) -> dict[str, object]:
    try:
        return {"returned": work()}
    except BaseException:  # noqa: BLE001 (it goes on in the process that asked)
        return {"raised": traceback.format_exc()}
