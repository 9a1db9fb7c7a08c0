"""Settings that several commands read: each variable and default is written once.

Named tuples and few imports: the guard has no memory to spare for what `dataclasses` imports.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from forge_manager.base.log_lines import LogFormat, LogLevel
from forge_manager.credentials.paths import CredentialPaths

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from forge_manager.base.env import Environment


class NodeControl(StrEnum):
    """How forging is switched."""

    SIGHUP = "sighup"
    NONE = "none"  # never: one replica, whose node forges from its start


class Logging(NamedTuple):
    """How to log."""

    format: LogFormat
    level: LogLevel


class SharedSettings(NamedTuple):
    """Where manager and guard meet, and what both do with the node."""

    state: Path  # directory of the fence and the heartbeat
    checked: Path  # directory of the checked set, in the form of fence.swapped_set
    socket: Path
    process_name: str
    control: NodeControl


def parse_logging(env: Environment) -> Logging:
    """Parse how to log."""
    return Logging(env.choice("LOG_FORMAT", LogFormat.TEXT), env.choice("LOG_LEVEL", LogLevel.INFO))


def parse_shared(env: Environment) -> SharedSettings:
    """Parse what manager and guard have in common, except the targets."""
    return SharedSettings(
        state=parse_state(env),
        checked=env.absolute_path("CHECKED_DIR", "/checked"),
        socket=parse_node_socket(env),
        process_name=env.text("CARDANO_NODE_PROCESS_NAME", "cardano-node"),
        control=env.choice("NODE_CONTROL", NodeControl.SIGHUP),
    )


def parse_state(env: Environment) -> Path:
    """Parse where manager and guard meet."""
    return env.absolute_path("STATE_DIR", "/state")


def parse_http_port(env: Environment) -> int:
    """Parse the manager's port; 0 for any that is free."""
    return env.integer("METRICS_PORT", 8000, low=0, high=65_535)


def parse_node_socket(env: Environment) -> Path:
    """Parse where the node's local socket is."""
    return env.absolute_path("NODE_SOCKET", "/ipc/node.socket")


def parse_credential_paths(env: Environment, side: str, directory: str) -> CredentialPaths:
    """Parse the three paths of one side, SOURCE or TARGET."""
    return CredentialPaths(
        kes=env.absolute_path(f"{side}_KES_KEY", f"{directory}/kes.skey"),
        vrf=env.absolute_path(f"{side}_VRF_KEY", f"{directory}/vrf.skey"),
        op_cert=env.absolute_path(f"{side}_OP_CERT", f"{directory}/node.cert"),
    )


def parse_target_paths(env: Environment) -> CredentialPaths:
    """Parse the targets: one directory, three names, so that the set can be swapped in one step."""
    target = parse_credential_paths(env, "TARGET", "/opt/cardano/secrets")
    paths = target.by_file().values()
    if len({path.parent for path in paths}) > 1:
        env.reject("TARGET_KES_KEY", f"the three targets must be in one directory: {listed(paths)}")
    elif len(set(paths)) < len(paths):
        env.reject("TARGET_KES_KEY", f"the three targets must differ: {listed(paths)}")
    elif any(path.name.startswith("..") for path in paths):
        env.reject(
            "TARGET_KES_KEY",
            "target names must not begin with '..', which marks the manager's own files",
        )
    return target


def listed(paths: Iterable[Path]) -> str:
    """Return paths as text."""
    return ", ".join(str(path) for path in paths)
