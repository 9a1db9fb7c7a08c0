"""The sidecar's settings: every variable, parsed once into one immutable object.

Existing deployments rely on the first names and defaults; the ones after them are new.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from forge_manager.base.env import Environment
from forge_manager.base.log_lines import LogFormat, LogLevel
from forge_manager.credentials.networks import PUBLIC_NETWORKS
from forge_manager.credentials.paths import CredentialPaths
from forge_manager.node.address import Address
from forge_manager.settings.cluster import (
    ClusterSettings,
    HubSettings,
    parse_cluster,
    parse_hub,
)
from forge_manager.settings.election import parse_terms
from forge_manager.settings.shared import (
    NodeControl,
    SharedSettings,
    listed,
    parse_credential_paths,
    parse_http_port,
    parse_logging,
    parse_shared,
    parse_target_paths,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forge_manager.election.terms import Terms

__all__ = ["CredentialPaths", "LogFormat", "LogLevel"]  # callers find all settings here


class CheckMode(StrEnum):
    """Which findings keep the node from starting."""

    STRICT = "strict"  # everything that would make the node exit
    EXISTENCE = "existence"  # as the earlier sidecar did: three files that are not empty


@dataclass(frozen=True)
class PodSettings:
    """Who this pod is."""

    name: str
    uid: str
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
    shelley_genesis: Path | None


@dataclass(frozen=True)
class NodeSettings:
    """How to find the node, and where it says whether it forges. Times in seconds.

    `forging_metric` is empty for a node that shows none.
    """

    socket: Path
    socket_wait_timeout: int
    socket_check: bool
    metrics: Address
    forging_metric: str


@dataclass(frozen=True)
class LeaderSettings:
    """Names and times of the election, and what operators see and ask. Times in seconds.

    `former_leases`: other Leases by which pods of this release may still elect.
    `role_names_leases`: the account's Role comes from the values that name them, so a Lease that it
    does not name is not one of theirs.
    """

    lease_name: str
    former_leases: tuple[str, ...]
    role_names_leases: bool
    terms: Terms
    held_off: bool
    forging_label: bool
    crd_enabled: bool
    crd_group: str
    crd_version: str
    crd_plural: str
    crd_name: str

    @property
    def lease_names(self) -> tuple[str, ...]:
        """All Leases that a leader holds, in the order in which they are taken.

        The order depends only on the names: otherwise two pods whose values differ would each hold
        a Lease that the other waits for.
        """
        return tuple(sorted({self.lease_name, *self.former_leases}))


@dataclass(frozen=True)
class Settings:
    """All settings of the sidecar."""

    pod: PodSettings
    pool: PoolSettings
    network: NetworkSettings
    node: NodeSettings
    leader: LeaderSettings
    cluster: ClusterSettings
    hub: HubSettings
    shared: SharedSettings
    source: CredentialPaths
    target: CredentialPaths
    checks: CheckMode
    http_port: int
    log_format: LogFormat
    log_level: LogLevel

    @property
    def managed(self) -> bool:
        """Whether forging is switched by SIGHUP, and the volumes shared with a guard are there."""
        meeting = self.shared.state.is_dir() and self.shared.checked.is_dir()
        return meeting and self.shared.control is NodeControl.SIGHUP


def parse_settings(variables: Mapping[str, str]) -> Settings:
    """Parse all variables. Raises SettingsError listing every value that is not allowed."""
    env = Environment(variables)
    shared = parse_shared(env)
    logging = parse_logging(env)
    source = parse_credential_paths(env, "SOURCE", "/secrets")
    target = parse_target_paths(env)
    if set(source) & set(target):
        env.reject("TARGET_KES_KEY", f"a target must not be a source: {listed(target)}")
    namespace = env.kubernetes_name("NAMESPACE", "default")
    cluster = parse_cluster(env)
    settings = Settings(
        pod=PodSettings(
            name=env.text("POD_NAME"),
            uid=env.text("POD_UID"),
            namespace=namespace,
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
            socket=shared.socket,
            socket_wait_timeout=env.integer("SOCKET_WAIT_TIMEOUT", 600, low=0, high=86_400),
            socket_check=not env.boolean("DISABLE_SOCKET_CHECK", default=False),
            metrics=_node_metrics(env),
            forging_metric=env.text_or_none(
                "FORGING_METRIC", "cardano_node_metrics_forging_enabled_int"
            ),
        ),
        leader=LeaderSettings(
            lease_name=env.kubernetes_name("LEASE_NAME", "cardano-node-leader"),
            former_leases=env.kubernetes_names("FORMER_LEASES"),
            role_names_leases=env.boolean("ROLE_NAMES_LEASES", default=False),
            terms=parse_terms(env),
            held_off=env.boolean("HOLD_FORGING", default=False),
            forging_label=env.boolean("FORGING_LABEL", default=False),
            crd_enabled=env.boolean("CRD_ENABLED", default=True),
            crd_group=env.kubernetes_name("CRD_GROUP", "cardano.io"),
            crd_version=env.kubernetes_name("CRD_VERSION", "v1"),
            crd_plural=env.kubernetes_name("CRD_PLURAL", "cardanoleaders"),
            crd_name=env.kubernetes_name("CRD_NAME", "cardano-leader"),
        ),
        cluster=cluster,
        hub=parse_hub(env, cluster, namespace),
        shared=shared,
        source=source,
        target=target,
        checks=env.choice("CREDENTIAL_CHECKS", CheckMode.STRICT),
        http_port=parse_http_port(env),
        log_format=logging.format,
        log_level=logging.level,
    )
    env.finish()
    return settings


def _node_metrics(env: Environment) -> Address:
    default = "http://127.0.0.1:12798/metrics"
    given = env.optional_url("NODE_METRICS_URL")
    try:
        return Address.parse(given or default)
    except ValueError:
        env.reject("NODE_METRICS_URL", f"it must be an http URL like {default}")
        return Address.parse(default)


def _network(env: Environment) -> NetworkSettings:
    name = env.text("CARDANO_NETWORK", "mainnet")
    known = PUBLIC_NETWORKS.get(name)
    # The earlier default is mainnet's magic; a network chosen by name alone brings its own.
    default = known or PUBLIC_NETWORKS["mainnet"]
    magic = env.integer("NETWORK_MAGIC", default.magic, low=0, high=2**32 - 1)
    if known and magic != known.magic:
        env.reject("NETWORK_MAGIC", f"CARDANO_NETWORK={name} has the magic {known.magic}")
    return NetworkSettings(name, env.optional_path("SHELLEY_GENESIS_FILE"))
