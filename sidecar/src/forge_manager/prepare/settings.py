"""What `prepare` is told by its environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from forge_manager.env import Environment
from forge_manager.prepare.genesis import Era
from forge_manager.prepare.keys import Keys
from forge_manager.shared_settings import (
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
    """Directories of the pod, and where genesis files may come from."""

    config: ConfigDirectories
    non_producing: bool
    data: Path
    node_socket: Path
    genesis_source: Path | None
    genesis_cache: Path | None
    genesis_urls: dict[Era, str]
    keys: Keys | None  # None: not its affair, for a manager provides them or there are none
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
    urls = {era: env.optional_url(f"GENESIS_URL_{era.name}") for era in Era}
    wanted = env.boolean("PROVIDE_KEYS", default=False)
    keys = Keys(parse_credential_paths(env, "SOURCE", "/secrets"), parse_target_paths(env))
    settings = PrepareSettings(
        config=parse_config_directories(env),
        non_producing=env.boolean("START_AS_NON_PRODUCING", default=False),
        data=env.absolute_path("DATA_DIR", "/data"),
        node_socket=parse_node_socket(env),
        genesis_source=env.optional_path("GENESIS_SOURCE_DIR"),
        genesis_cache=env.optional_path("GENESIS_CACHE_DIR"),
        genesis_urls={era: url for era, url in urls.items() if url},
        keys=keys if wanted else None,
        logging=parse_logging(env),
    )
    env.finish()
    return settings
