"""`forge-manager prepare`: runs once before the other containers; safe to run again."""

from __future__ import annotations

import logging
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

from forge_manager.base import logs
from forge_manager.base.env import SettingsError
from forge_manager.base.exit_codes import ExitCode
from forge_manager.commands.prepare.config import copy_config
from forge_manager.commands.prepare.directories import ensure_writable
from forge_manager.commands.prepare.errors import PrepareError
from forge_manager.commands.prepare.half_restored import remove_half_restored
from forge_manager.commands.prepare.keys import copy_keys
from forge_manager.commands.prepare.network_files import requirements
from forge_manager.commands.prepare.provide import Origins, provide
from forge_manager.commands.prepare.settings import PrepareSettings, parse_prepare_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forge_manager.commands.prepare.network_files import Requirement

#: Seconds for all downloads together; then the pod's back-off takes over.
_DOWNLOAD_SECONDS = 300.0

_log = logging.getLogger(__name__)


def prepare(variables: Mapping[str, str]) -> int:
    """Set everything up; returns the exit code."""
    try:
        settings = parse_prepare_settings(variables)
    except SettingsError as error:
        for problem in error.problems:
            print(f"forge-manager prepare: {problem}", file=sys.stderr)  # noqa: T201 (no log format yet)
        return ExitCode.USAGE
    logs.configure(settings.logging.format, settings.logging.level)
    problems = _set_up(settings)
    for problem in problems:
        _log.error("setup failed", extra=logs.fields(detail=problem))
    if not problems:
        _log.info("setup complete", extra=logs.fields(config=settings.config.target))
    return ExitCode.FAILED if problems else ExitCode.OK


def _set_up(settings: PrepareSettings) -> list[str]:
    """Do everything, even if one part fails; returns all problems."""
    problems = _make_directories(settings)
    if problems:
        return problems
    if settings.restores:
        problems.extend(_attempt(lambda: remove_half_restored(settings.data / "db")))
    try:
        config = copy_config(
            settings.config.source, settings.config.target, non_producing=settings.non_producing
        )
        wanted = requirements(config, settings.config.target)
    except PrepareError as error:
        return [*problems, str(error)]
    if settings.keys:
        problems.extend(copy_keys(settings.keys))
    return [*problems, *_provide_files(settings, wanted)]


def _make_directories(settings: PrepareSettings) -> list[str]:
    directories = {
        settings.config.target: "the node's configuration",
        settings.data: "the ledger",
        settings.node_socket.parent: "the node's socket",
    }
    if settings.genesis_cache:
        directories[settings.genesis_cache] = "downloaded genesis files"
    problems: list[str] = []
    for directory, purpose in directories.items():
        problems.extend(_attempt(partial(ensure_writable, directory, purpose)))
    return problems


def _provide_files(settings: PrepareSettings, wanted: list[Requirement]) -> list[str]:
    deadline = time.monotonic() + _DOWNLOAD_SECONDS
    problems: list[str] = []
    for requirement in wanted:
        origins = Origins(
            source=settings.genesis_source,
            cache=settings.genesis_cache,
            url=settings.urls.get(requirement.file),
            deadline=deadline,
        )
        problems.extend(_attempt(partial(provide, requirement, origins)))
    return problems


def _attempt(part: Callable[[], None]) -> list[str]:
    """Return what went wrong, if anything."""
    try:
        part()
    except PrepareError as error:
        return [str(error)]
    return []
