"""The sidecar's settings: every variable, parsed once into one immutable object.

Names and defaults are those that existing deployments rely on; the ones after them are ours.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from forge_manager.env import Environment
from forge_manager.networks import PUBLIC_NETWORKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class LogFormat(StrEnum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """The least severe lines that are written."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"


class CheckMode(StrEnum):
    """Which findings hold the node back."""

    STRICT = "strict"  # everything that would make the node exit
    EXISTENCE = "existence"  # as the earlier sidecar did: three files that are not empty


@dataclass(frozen=True)
class CredentialPaths:
    """Where the three signing files are, at their source or at their target."""

    kes: Path
    vrf: Path
    op_cert: Path

    def by_file(self) -> dict[str, Path]:
        """Return the paths by the file's short name, as metrics label it."""
        return {"kes": self.kes, "vrf": self.vrf, "opcert": self.op_cert}


@dataclass(frozen=True)
class PodSettings:
    """Who this pod is."""

    name: str
    namespace: str
    application_type: str


@dataclass(frozen=True)
class PoolSettings:
    """Which pool it forges for. Ids may be empty; their form is a finding, not a refusal."""

    id: str
    id_hex: str
    name: str
    ticker: str


@dataclass(frozen=True)
class NetworkSettings:
    """Which network the node is on. The genesis file is read for a custom network only."""

    name: str
    magic: int
    shelley_genesis: Path | None


@dataclass(frozen=True)
class NodeSettings:
    """How to find the node. Times in seconds."""

    socket: Path
    socket_wait_timeout: int
    socket_check: bool
    process_name: str


@dataclass(frozen=True)
class LeaderSettings:
    """Names and times of the election. Times in seconds."""

    lease_name: str
    lease_duration: int
    loop_interval: int
    crd_group: str
    crd_version: str
    crd_plural: str
    crd_name: str


@dataclass(frozen=True)
class ClusterSettings:
    """Priority among several clusters; a lower number wins. Times in seconds."""

    enabled: bool
    identifier: str
    region: str
    environment: str
    priority: int
    health_endpoint: str | None  # may hold a password: never logged
    health_interval: int


@dataclass(frozen=True)
class Settings:
    """Everything the sidecar is told from outside."""

    pod: PodSettings
    pool: PoolSettings
    network: NetworkSettings
    node: NodeSettings
    leader: LeaderSettings
    cluster: ClusterSettings
    source: CredentialPaths
    target: CredentialPaths
    checks: CheckMode
    http_port: int
    log_format: LogFormat
    log_level: LogLevel


def parse_settings(variables: Mapping[str, str]) -> Settings:
    """Parse all variables. Raises SettingsError listing every value that is not allowed."""
    env = Environment(variables)
    source = _credential_paths(env, "SOURCE", "/secrets")
    settings = Settings(
        pod=PodSettings(
            name=env.text("POD_NAME"),
            namespace=env.kubernetes_name("NAMESPACE", "default"),
            application_type=env.text("APPLICATION_TYPE", "block-producer"),
        ),
        pool=PoolSettings(
            id=env.text("POOL_ID"),
            id_hex=env.text("POOL_ID_HEX"),
            name=env.text("POOL_NAME"),
            ticker=env.text("POOL_TICKER"),
        ),
        network=_network(env),
        node=NodeSettings(
            socket=env.absolute_path("NODE_SOCKET", "/ipc/node.socket"),
            socket_wait_timeout=env.integer("SOCKET_WAIT_TIMEOUT", 600, low=0, high=86_400),
            socket_check=not env.boolean("DISABLE_SOCKET_CHECK", default=False),
            process_name=env.text("CARDANO_NODE_PROCESS_NAME", "cardano-node"),
        ),
        leader=LeaderSettings(
            lease_name=env.kubernetes_name("LEASE_NAME", "cardano-node-leader"),
            lease_duration=env.integer("LEASE_DURATION", 15, low=1, high=3_600),
            loop_interval=env.integer("SLEEP_INTERVAL", 5, low=1, high=3_600),
            crd_group=env.kubernetes_name("CRD_GROUP", "cardano.io"),
            crd_version=env.kubernetes_name("CRD_VERSION", "v1"),
            crd_plural=env.kubernetes_name("CRD_PLURAL", "cardanoleaders"),
            crd_name=env.kubernetes_name("CRD_NAME", "cardano-leader"),
        ),
        cluster=ClusterSettings(
            enabled=env.boolean("ENABLE_CLUSTER_MANAGEMENT", default=False),
            identifier=env.text("CLUSTER_IDENTIFIER", socket.gethostname()),
            region=env.text("CLUSTER_REGION", "unknown"),
            environment=env.text("CLUSTER_ENVIRONMENT", "production"),
            priority=env.integer("CLUSTER_PRIORITY", 100, low=1, high=999),
            health_endpoint=env.optional_url("HEALTH_CHECK_ENDPOINT", with_user=True),
            health_interval=env.integer("HEALTH_CHECK_INTERVAL", 30, low=1, high=86_400),
        ),
        source=source,
        target=_target_paths(env, source),
        checks=env.choice("CREDENTIAL_CHECKS", CheckMode.STRICT),
        http_port=env.integer("METRICS_PORT", 8000, low=0, high=65_535),  # 0: any free one
        log_format=env.choice("LOG_FORMAT", LogFormat.TEXT),
        log_level=env.choice("LOG_LEVEL", LogLevel.INFO),
    )
    env.finish()
    return settings


def _network(env: Environment) -> NetworkSettings:
    name = env.text("CARDANO_NETWORK", "mainnet")
    known = PUBLIC_NETWORKS.get(name)
    # The earlier default is mainnet's magic; a network chosen by name alone brings its own.
    default = known or PUBLIC_NETWORKS["mainnet"]
    magic = env.integer("NETWORK_MAGIC", default.magic, low=0, high=2**32 - 1)
    if known and magic != known.magic:
        env.reject("NETWORK_MAGIC", f"CARDANO_NETWORK={name} has the magic {known.magic}")
    return NetworkSettings(name, magic, env.optional_path("SHELLEY_GENESIS_FILE"))


def _credential_paths(env: Environment, side: str, directory: str) -> CredentialPaths:
    return CredentialPaths(
        kes=env.absolute_path(f"{side}_KES_KEY", f"{directory}/kes.skey"),
        vrf=env.absolute_path(f"{side}_VRF_KEY", f"{directory}/vrf.skey"),
        op_cert=env.absolute_path(f"{side}_OP_CERT", f"{directory}/node.cert"),
    )


def _target_paths(env: Environment, source: CredentialPaths) -> CredentialPaths:
    """Parse the targets: one directory, three names, so that the set can be swapped in one step."""
    target = _credential_paths(env, "TARGET", "/opt/cardano/secrets")
    paths = target.by_file().values()
    if len({path.parent for path in paths}) > 1:
        env.reject("TARGET_KES_KEY", f"the three targets must be in one directory: {_list(paths)}")
    elif len(set(paths)) < len(paths):
        env.reject("TARGET_KES_KEY", f"the three targets must differ: {_list(paths)}")
    elif set(paths) & set(source.by_file().values()):
        env.reject("TARGET_KES_KEY", f"a target must not be a source: {_list(paths)}")
    elif any(path.name.startswith("..") for path in paths):
        env.reject("TARGET_KES_KEY", "target names must not begin with '..', which marks our own")
    return target


def _list(paths: Iterable[Path]) -> str:
    return ", ".join(str(path) for path in paths)
