"""`forge-manager reload-topology`: copy the ConfigMap's topology and have a standby read it.

The manager itself sends the signal: two SIGHUPs at once can take effect in either order, so nothing
else may send one while it switches. It signals only a standby, whose keys are removed.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from forge_manager.base.bounded_get import NoAnswerError, get
from forge_manager.base.env import Environment, SettingsError
from forge_manager.base.exit_codes import ExitCode
from forge_manager.commands.prepare.config import copy_topology
from forge_manager.commands.prepare.errors import PrepareError
from forge_manager.commands.prepare.settings import parse_config_directories
from forge_manager.forging.phases import Phase
from forge_manager.operator.reload_requests import ReloadRequests
from forge_manager.settings.shared import parse_http_port, parse_state

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ANSWER_SECONDS = 5.0
_MOST_BYTES = 64 * 1024
#: A SIGHUP has landed after 1.5 s of the node's answers; a busy node may take longer.
_RELOAD_SECONDS = 20.0
_POLL_SECONDS = 0.1


class RefusedError(Exception):
    """It was not done; the text says why, and what to do."""


def reload_topology(variables: Mapping[str, str]) -> int:
    """Copy, ask, wait; returns the exit code."""
    try:
        env = Environment(variables)
        directories = parse_config_directories(env)
        state, port = parse_state(env), parse_http_port(env)
        env.finish()
        _check_standby(lambda: _phase(port))
        changed = copy_topology(directories.source, directories.target)
        _say("the topology was copied" if changed else "the topology is the same as before")
        _request_and_wait(ReloadRequests(state), token=os.urandom(8).hex())
    except SettingsError as error:
        _say(str(error))
        return ExitCode.USAGE
    except (PrepareError, RefusedError) as error:
        _say(str(error))
        return ExitCode.FAILED
    except OSError as error:
        _say(f"the state volume cannot be used: {error.strerror}")
        return ExitCode.FAILED
    _say("the node has read its topology again")
    return ExitCode.OK


def _check_standby(phase: Callable[[], str]) -> None:
    found = phase()
    if found == Phase.STANDBY:
        return
    if found == Phase.NO_NODE:
        raise RefusedError("no node is running; it reads the topology when it starts")
    raise RefusedError(
        f"refused: this pod's node is not a standby (it is {found}). Make another pod lead first "
        "(annotation cardano.io/hand-over-to on the CardanoLeader), or restart this pod"
    )


def _phase(port: int) -> str:
    """Ask this pod's manager for its node's phase."""
    with suppress(NoAnswerError, ValueError, KeyError, TypeError):
        url = f"http://127.0.0.1:{port}/handed-over"
        answer = get(url, seconds=_ANSWER_SECONDS, most_bytes=_MOST_BYTES)
        return str(json.loads(answer.body)["phase"])
    raise RefusedError(f"the manager does not answer on port {port}: see its log")


def _request_and_wait(requests: ReloadRequests, token: str) -> None:
    requests.ask(token)
    try:
        deadline = time.monotonic() + _RELOAD_SECONDS
        while requests.finished() != token:
            if time.monotonic() >= deadline:
                raise RefusedError(
                    f"the node was not signalled within {_RELOAD_SECONDS:g} s: it is no longer a "
                    "standby, or shows no metric that could confirm it. Try again, or restart it"
                )
            time.sleep(_POLL_SECONDS)
    finally:
        requests.withdraw()


def _say(text: str) -> None:
    print(f"forge-manager: {text}", file=sys.stderr)  # noqa: T201 (its output)
