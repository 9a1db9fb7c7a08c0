"""Everything the stand-in is told by its environment, read once.

CARDANO_* and START_AS_NON_PRODUCING mean what they mean in the Blink Labs image; NODE_VERSION says
which version it behaves as; STANDIN_* set what a real node decides by itself (how long it replays,
how long an answer or a stop takes).
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import StartError
from .versions import DEFAULT, NodeVersion, program_version, version_of

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class CredentialPaths:
    """Where the three signing files are."""

    kes_skey: Path
    vrf_skey: Path
    op_cert: Path


@dataclass(frozen=True)
class Settings:
    """The settings of one run; times are in seconds."""

    version: NodeVersion
    program_version: tuple[int, int, int]
    network: str  # empty when it is not said
    config: Path | None
    topology: Path | None
    database: Path
    socket: Path
    credentials: CredentialPaths | None  # None: a relay
    non_producing: bool  # as the entry point says; the configuration can say so, too
    handler_seconds: float
    boot_seconds: float
    hook_seconds: float
    forging_lag_seconds: float
    shutdown_seconds: float
    metrics_port: int
    metrics_seconds: float
    metrics_seconds_file: Path | None
    metrics_silence_seconds: float | None  # None: the version's
    metrics_close: bool
    slots_file: Path | None  # a word for each slot that it leads
    chain_file: Path | None  # what is wrong with the chain
    journal: Path | None

    def page_seconds(self) -> float:
        """Return how long the next page of metrics takes: the file's number, if there is one."""
        if self.metrics_seconds_file is not None:
            with contextlib.suppress(OSError, ValueError):
                return max(0.0, float(self.metrics_seconds_file.read_text()))
        return self.metrics_seconds

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Settings:
        """Read the environment. Raises StartError naming the variable that is wrong."""
        return cls(
            version=version_of(env.get("NODE_VERSION") or DEFAULT),
            program_version=program_version(env.get("NODE_VERSION") or DEFAULT),
            network=env.get("CARDANO_NETWORK", ""),
            config=_path(env, "CARDANO_CONFIG"),
            topology=_path(env, "CARDANO_TOPOLOGY"),
            database=Path(env.get("CARDANO_DATABASE_PATH") or "/data/db"),
            socket=Path(env.get("CARDANO_SOCKET_PATH") or "/ipc/node.socket"),
            credentials=_credential_paths(env),
            non_producing=_is_true(env, "START_AS_NON_PRODUCING")
            and not _is_true(env, "STANDIN_IGNORE_START_AS_NON_PRODUCING"),
            handler_seconds=_seconds(env, "STANDIN_HANDLER_SECONDS", 0.05),
            boot_seconds=_seconds(env, "STANDIN_BOOT_SECONDS", 2.0),
            hook_seconds=_seconds(env, "STANDIN_HOOK_SECONDS", 0.2),
            forging_lag_seconds=_seconds(env, "STANDIN_FORGING_LAG_SECONDS", 0.05),
            shutdown_seconds=_seconds(env, "STANDIN_SHUTDOWN_SECONDS", 0.0),
            metrics_port=int(_seconds(env, "STANDIN_METRICS_PORT", 12798)),
            metrics_seconds=_seconds(env, "STANDIN_METRICS_SECONDS", 0.0),
            metrics_seconds_file=_path(env, "STANDIN_METRICS_SECONDS_FILE"),
            metrics_silence_seconds=_seconds(env, "STANDIN_METRICS_SILENCE_SECONDS", 0.0) or None,
            metrics_close=_is_true(env, "STANDIN_METRICS_CLOSE"),
            slots_file=_path(env, "STANDIN_SLOTS_FILE"),
            chain_file=_path(env, "STANDIN_CHAIN_FILE"),
            journal=_path(env, "STANDIN_WITNESS_FILE"),
        )


def _credential_paths(env: Mapping[str, str]) -> CredentialPaths | None:
    if not _is_true(env, "CARDANO_BLOCK_PRODUCER"):
        return None
    return CredentialPaths(
        kes_skey=_required_path(env, "CARDANO_SHELLEY_KES_KEY"),
        vrf_skey=_required_path(env, "CARDANO_SHELLEY_VRF_KEY"),
        op_cert=_required_path(env, "CARDANO_SHELLEY_OPERATIONAL_CERTIFICATE"),
    )


def _path(env: Mapping[str, str], name: str) -> Path | None:
    value = env.get(name)
    return Path(value) if value else None


def _required_path(env: Mapping[str, str], name: str) -> Path:
    path = _path(env, name)
    if path is None:
        raise StartError(f"{name} is not set, but CARDANO_BLOCK_PRODUCER is true")
    return path


def _is_true(env: Mapping[str, str], name: str) -> bool:
    return env.get(name, "").lower() == "true"


def _seconds(env: Mapping[str, str], name: str, default: float) -> float:
    value = env.get(name)
    if not value:
        return default
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise StartError(f"{name}={value!r} is not a number of 0 or more")
    return number
