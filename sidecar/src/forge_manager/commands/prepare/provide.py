"""Put one verified file where the node reads it, from the nearest place that has it."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forge_manager.base import logs
from forge_manager.commands.prepare.config import CONFIG_FILE, json_object
from forge_manager.commands.prepare.download import download
from forge_manager.commands.prepare.errors import PrepareError
from forge_manager.commands.prepare.files import read_if_present, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forge_manager.commands.prepare.network_files import Requirement

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Origins:
    """Where a file may come from, nearest first. `deadline` is on the monotonic clock."""

    source: Path | None
    cache: Path | None
    url: str | None
    deadline: float


def provide(
    wanted: Requirement, origins: Origins, fetch: Callable[[str, float], bytes] = download
) -> None:
    """Make sure that the file is in place and the right one. Raises PrepareError."""
    if wanted.hash is None:
        _provide_unverified(wanted, origins)
        return
    for path in (wanted.path, _in_source(wanted, origins), _in_cache(wanted, origins)):
        content = read_if_present(path) if path else None
        if path is None or content is None:
            continue
        found = wanted.found_hash(content, path)
        if found == wanted.hash:
            if path != wanted.path:
                write_atomically(wanted.path, content)
            _say(wanted, path)
            return
        if path == _in_source(wanted, origins):
            raise PrepareError(
                f"{_mismatch(wanted, str(path), found)}; provide the file that belongs to this "
                "configuration, or correct the hash"
            )
        _log.warning(
            f"{wanted.file.title} has a different hash and is replaced",
            extra=logs.fields(file=path, expected=wanted.hash, found=found),
        )
    _provide_from_url(wanted, wanted.hash, origins, fetch)


def _provide_unverified(wanted: Requirement, origins: Origins) -> None:
    key = wanted.file.hash_key
    source = _in_source(wanted, origins)
    for path in (source, wanted.path):
        content = read_if_present(path) if path else None
        if path is None or content is None:
            continue
        json_object(content, path)
        if path != wanted.path:
            write_atomically(wanted.path, content)
        _log.warning(
            f"{wanted.file.title} is not verified: the configuration has no hash for it",
            extra=logs.fields(file=wanted.path, origin=path, key=key),
        )
        return
    raise PrepareError(
        f"{wanted.path}: {CONFIG_FILE} has no {key}, and a file without a hash is taken only from "
        f"GENESIS_SOURCE_DIR; put {wanted.file.source_name} there, or add {key}"
    )


def _provide_from_url(
    wanted: Requirement, expected: str, origins: Origins, fetch: Callable[[str, float], bytes]
) -> None:
    advice = (
        f"without access to it, put {wanted.file.source_name} into a ConfigMap mounted at "
        "GENESIS_SOURCE_DIR"
    )
    if wanted.file.optional:
        advice += f", or remove {wanted.file.file_key} from {CONFIG_FILE}: the node works without "
        "it"
    if origins.url is None:
        raise PrepareError(
            f"{wanted.path} is missing (expected hash {expected}) and "
            f"{wanted.file.url_variable} is not set; {advice}"
        )
    started = time.monotonic()
    _log.info(
        f"downloading {wanted.file.title}", extra=logs.fields(file=wanted.path, url=origins.url)
    )
    try:
        content = fetch(origins.url, origins.deadline)
    except PrepareError as error:
        raise PrepareError(
            f"{wanted.path} could not be downloaded (expected hash {expected}): {error}; {advice}"
        ) from None
    found = wanted.found_hash(content, wanted.path)
    if found != expected:
        raise PrepareError(
            f"{_mismatch(wanted, origins.url, found)}; correct {wanted.file.url_variable} or the "
            "hash"
        )
    write_atomically(wanted.path, content)
    cache = _in_cache(wanted, origins)
    if cache is not None:
        write_atomically(cache, content)
    seconds = round(time.monotonic() - started, 1)
    _say(wanted, origins.url, seconds=seconds, bytes=len(content))


def _mismatch(wanted: Requirement, origin: str, found: str) -> str:
    return (
        f"{origin} is not the {wanted.file.title} of this network: expected hash {wanted.hash} "
        f"({CONFIG_FILE}, {wanted.file.hash_key}), found {found}"
    )


def _in_source(wanted: Requirement, origins: Origins) -> Path | None:
    return origins.source / wanted.file.source_name if origins.source else None


def _in_cache(wanted: Requirement, origins: Origins) -> Path | None:
    # By hash: a volume may have served another network before.
    return origins.cache / f"{wanted.hash}-{wanted.file.source_name}" if origins.cache else None


def _say(wanted: Requirement, origin: object, **more: object) -> None:
    _log.info(
        f"{wanted.file.title} verified",
        extra=logs.fields(file=wanted.path, origin=origin, hash=wanted.hash, **more),
    )
