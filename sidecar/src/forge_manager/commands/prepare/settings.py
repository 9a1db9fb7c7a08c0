"""The settings of `prepare`, from its environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from forge_manager.base.env import Environment
from forge_manager.commands.prepare.keys import KeyPaths
from forge_manager.commands.prepare.network_files import NETWORK_FILES, NetworkFile
from forge_manager.settings.shared import (
    Logging,
    parse_credential_paths,
    parse_logging,
    parse_node_socket,
    parse_target_paths,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class ConfigDirectories(NamedTuple):
    """Where the ConfigMap is mounted, and where the node reads its configuration."""

    source: Path
    target: Path


@dataclass(frozen=True)
class PrepareSettings:
    """Directories of the pod, and where the network's files may come from.

    `restores`: the node's image restores the ledger, in DATA_DIR/db, where there is none.
    """

    config: ConfigDirectories
    non_producing: bool
    data: Path
    restores: bool
    node_socket: Path
    genesis_source: Path | None
    genesis_cache: Path | None
    urls: dict[NetworkFile, str]
    keys: KeyPaths | None  # None: a manager provides them, or there are none
    logging: Logging


def parse_config_directories(env: Environment) -> ConfigDirectories:
    """Parse both."""
    return ConfigDirectories(
        env.absolute_path("CONFIG_SOURCE_DIR", "/cardano-config-src"),
        env.absolute_path("CONFIG_TARGET_DIR", "/opt/cardano/config"),
    )


def parse_prepare_settings(variables: Mapping[str, str]) -> PrepareSettings:
    """Parse all variables. Raises SettingsError listing every value that is not allowed."""
    env = Environment(variables)
    urls = {file: env.optional_url(file.url_variable) for file in NETWORK_FILES}
    wanted = env.boolean("PROVIDE_KEYS", default=False)
    keys = KeyPaths(parse_credential_paths(env, "SOURCE", "/secrets"), parse_target_paths(env))
    settings = PrepareSettings(
        config=parse_config_directories(env),
        non_producing=env.boolean("START_AS_NON_PRODUCING", default=False),
        data=env.absolute_path("DATA_DIR", "/data"),
        restores=env.boolean("RESTORE_SNAPSHOT", default=False),
        node_socket=parse_node_socket(env),
        genesis_source=env.optional_path("GENESIS_SOURCE_DIR"),
        genesis_cache=env.optional_path("GENESIS_CACHE_DIR"),
        urls={file: url for file, url in urls.items() if url},
        keys=keys if wanted else None,
        logging=parse_logging(env),
    )
    env.finish()
    return settings
