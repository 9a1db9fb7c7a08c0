"""`forge-manager guard`: the composition root, and when the guard stops.

After SIGTERM it continues for as long as it sees a node. A native sidecar gets SIGTERM once the
regular containers have stopped, so in an orderly shutdown there is no node left and it stops at
once. If it gets SIGTERM earlier (a restart of this container alone, a signal by hand), it keeps
working until the kubelet's grace period expires and SIGKILL comes: then its heartbeat stops, and
the manager switches forging off. A guard that obeyed at once would leave a forging node without a
fence in between. SIGHUP is for the node: a stray one must not stop the guard.
"""

from __future__ import annotations

import signal
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from forge_manager import __version__
from forge_manager.base.clocks import read_boot_id, read_clocks
from forge_manager.base.env import Environment, SettingsError
from forge_manager.base.exit_codes import ExitCode
from forge_manager.base.log_lines import LogLevel
from forge_manager.base.moment import SECOND
from forge_manager.fence.fuse import Fuse
from forge_manager.fence.keys import NodeKeys
from forge_manager.fence.state_directory import StateDirectory
from forge_manager.guard.lock import GuardLock
from forge_manager.guard.log import GuardLog
from forge_manager.guard.logic import PERIOD_NS, Guard
from forge_manager.guard.loop import GuardLoop
from forge_manager.node.node_watch import NodeWatch
from forge_manager.node.peer import NodeSocket
from forge_manager.settings.shared import (
    Logging,
    NodeControl,
    SharedSettings,
    parse_logging,
    parse_shared,
    parse_target_paths,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forge_manager.credentials.paths import CredentialPaths
    from forge_manager.fence.ports import FuseFollower

_PERIOD = PERIOD_NS / SECOND


class GuardSettings(NamedTuple):
    """What a guard is told."""

    shared: SharedSettings
    target: CredentialPaths
    logging: Logging


class _StopRequest:
    """Whether it was asked to stop."""

    def __init__(self) -> None:
        self.made = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._make)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def _make(self, *_: object) -> None:
        self.made = True


def guard(variables: Mapping[str, str]) -> int:
    """Guard until told to stop, and then until the node has ended; returns the exit code."""
    stop = _StopRequest()
    try:
        settings = parse_guard_settings(variables)
        boot_id = read_boot_id()
    except SettingsError as error:
        for problem in error.problems:
            print(f"forge-manager: {problem}", file=sys.stderr)  # noqa: T201 (no log format yet)
        return ExitCode.USAGE
    except OSError as error:
        print(f"forge-manager: the boot id cannot be read: {error}", file=sys.stderr)  # noqa: T201 (as above)
        return ExitCode.FAILED
    log = GuardLog(settings.logging)
    log(LogLevel.INFO, "guard started", version=__version__, control=settings.shared.control)
    if _become_the_only_one(settings, stop, log):
        _run(settings, boot_id, stop, log)
    log(LogLevel.INFO, "guard ended")
    return ExitCode.OK


def parse_guard_settings(variables: Mapping[str, str]) -> GuardSettings:
    """Return the guard's settings. Raises SettingsError, which lists all that is wrong."""
    env = Environment(variables)
    settings = GuardSettings(parse_shared(env), parse_target_paths(env), parse_logging(env))
    env.finish()
    return settings


def assembled(
    settings: GuardSettings, boot_id: str, log: GuardLog, *, fuse: FuseFollower
) -> GuardLoop:
    """Return the rounds of a guard."""
    shared = settings.shared
    state = StateDirectory(shared.state, boot_id)
    return GuardLoop(
        guard=Guard(boot_id, managed=shared.control is NodeControl.SIGHUP),
        watch=NodeWatch(hold_peer=NodeSocket(shared.socket).hold, named=state.named_node),
        keys=NodeKeys(settings.target, shared.checked),
        state=state,
        fuse=fuse,
        clocks=read_clocks,
        process_name=shared.process_name,
        log=log,
    )


def _become_the_only_one(settings: GuardSettings, stop: _StopRequest, log: GuardLog) -> bool:
    """Wait for the lock; False when asked to stop first."""
    try:
        lock = GuardLock.open(settings.shared.state)
    except OSError as error:  # two guards do less harm than none
        log(
            LogLevel.ERROR,
            "no lock on the state volume; guarding without one",
            error=error.strerror,
        )
        return True
    waiting = False
    while not lock.take():
        if not waiting:
            log(LogLevel.WARNING, "another guard is still running; waiting for it to exit")
            waiting = True
        if stop.made:
            return False
        time.sleep(_PERIOD)
    return True


def _run(settings: GuardSettings, boot_id: str, stop: _StopRequest, log: GuardLog) -> None:
    managed = settings.shared.control is NodeControl.SIGHUP
    loop = assembled(settings, boot_id, log, fuse=Fuse(settings.shared.state))
    announced = False
    while True:
        began = time.monotonic()
        loop.round()
        if stop.made and (loop.node is None or not managed):
            return
        if stop.made and not announced:
            announced = True
            log(LogLevel.WARNING, "asked to stop; guarding until the node has stopped")
        loop.wait(max(0.0, began + loop.period_ns / SECOND - time.monotonic()))
