"""Settings of a pool in several clusters: what this one does, and where they meet."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forge_manager.settings.cluster_spec import (
    LONGEST_INTERVAL_S,
    LONGEST_TIMEOUT_S,
    MOST_FAILURES,
    PRIORITIES,
    ClusterSpec,
    ForgeState,
    HealthCheck,
    headers_from,
    is_header,
)
from forge_manager.settings.election import parse_terms

if TYPE_CHECKING:
    from pathlib import Path

    from forge_manager.base.env import Environment
    from forge_manager.election.terms import Terms

#: Part of a holder's identity and of an annotation's key in the hub.
_CLUSTER_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,18}[a-z0-9]", re.ASCII)


@dataclass(frozen=True)
class HealthSettings:
    """How to ask the health check's endpoint, beyond what a CardanoForgeCluster can say.

    `headers`: a directory, each file a header of that name. `ca`: the only one trusted; None for
    the system's.
    """

    headers: Path | None
    ca: Path | None
    verify: bool


@dataclass(frozen=True)
class ClusterSettings:
    """This cluster among those of its pool.

    `spec`: what applies unless a CardanoForgeCluster says otherwise. `resource`: the name of that
    object, "" for none; `plural`: of its kind.
    """

    enabled: bool
    identifier: str
    region: str
    spec: ClusterSpec
    health: HealthSettings
    resource: str
    plural: str


@dataclass(frozen=True)
class HubSettings:
    """Where the clusters of the pool meet. Times in seconds.

    `kubeconfig`: None if this cluster's API server is the hub. `takeover_s`: how long the better
    clusters must be absent. `hand_back_s`: how long a better one must have been well.
    `go_on_alone`: keep forging without the hub, at the risk of two forgers.
    """

    enabled: bool
    kubeconfig: Path | None
    namespace: str
    lease_name: str
    terms: Terms
    takeover_s: int
    hand_back_s: int
    go_on_alone: bool


def parse_cluster(env: Environment) -> ClusterSettings:
    """Parse what this cluster does."""
    low, high = PRIORITIES
    return ClusterSettings(
        enabled=env.boolean("ENABLE_CLUSTER_MANAGEMENT", default=False),
        identifier=env.text("CLUSTER_IDENTIFIER", socket.gethostname()),
        region=env.text("CLUSTER_REGION", "unknown"),
        spec=ClusterSpec(
            state=env.choice("FORGE_STATE", ForgeState.PRIORITY_BASED),
            priority=env.integer("CLUSTER_PRIORITY", 100, low=low, high=high),
            health=_health_check(env),
        ),
        health=HealthSettings(
            headers=env.optional_path("HEALTH_CHECK_HEADERS_DIR"),
            ca=env.optional_path("HEALTH_CHECK_CA_FILE"),
            verify=env.boolean("HEALTH_CHECK_TLS_VERIFY", default=True),
        ),
        resource=env.kubernetes_name("FORGE_CLUSTER_NAME", ""),
        plural=env.kubernetes_name("FORGE_CLUSTER_PLURAL", "cardanoforgeclusters"),
    )


def _health_check(env: Environment) -> HealthCheck:
    return HealthCheck(
        enabled=env.boolean("HEALTH_CHECK_ENABLED", default=False),
        endpoint=env.optional_url("HEALTH_CHECK_ENDPOINT", with_user=True) or "",
        interval_s=env.integer("HEALTH_CHECK_INTERVAL", 30, low=1, high=LONGEST_INTERVAL_S),
        timeout_s=env.integer("HEALTH_CHECK_TIMEOUT", 10, low=1, high=LONGEST_TIMEOUT_S),
        failure_threshold=env.integer(
            "HEALTH_CHECK_FAILURE_THRESHOLD", 3, low=1, high=MOST_FAILURES
        ),
        headers=headers_from(env.secret_object("HEALTH_CHECK_HEADERS", allows=is_header)),
    )


def parse_hub(env: Environment, cluster: ClusterSettings, namespace: str) -> HubSettings:
    """Parse where the clusters meet. `namespace`: the pod's."""
    hub = HubSettings(
        enabled=env.boolean("HUB_ENABLED", default=False),
        kubeconfig=env.optional_path("HUB_KUBECONFIG"),
        namespace=env.kubernetes_name("HUB_NAMESPACE", namespace),
        lease_name=env.kubernetes_name("HUB_LEASE_NAME", ""),
        terms=parse_terms(env, "HUB_"),
        takeover_s=env.integer("HUB_TAKEOVER_SECONDS", 10, low=1, high=86_400),
        hand_back_s=env.integer("HUB_HAND_BACK_SECONDS", 60, low=1, high=86_400),
        go_on_alone=env.boolean("HUB_GO_ON_ALONE", default=False),
    )
    if hub.enabled:
        if not cluster.enabled:
            env.reject("HUB_ENABLED", "it needs ENABLE_CLUSTER_MANAGEMENT=true")
        if not hub.lease_name:
            env.reject("HUB_LEASE_NAME", "a hub needs the name of its Lease")
        if not _CLUSTER_NAME.fullmatch(cluster.identifier):
            env.reject(
                "CLUSTER_IDENTIFIER",
                "with a hub it must be 2 to 20 lower-case letters and digits, with '-' only "
                "between them",
            )
    return hub
