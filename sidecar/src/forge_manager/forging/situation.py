"""What the machine is told in every step: only observations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forge_manager.credentials.verdict import KesTime
from forge_manager.forging.cluster_permission import PERMITTED

if TYPE_CHECKING:
    from forge_manager.base.moment import Moment
    from forge_manager.election.messages import LeaseView
    from forge_manager.fence.live_keys import LiveKeys
    from forge_manager.fence.protocol import Fence, Heartbeat
    from forge_manager.forging.actions import Action
    from forge_manager.forging.cluster_permission import ClusterPermission
    from forge_manager.node.process import NodeProcess


@dataclass(frozen=True, slots=True)
class Node:
    """The node's process, found and held as node.node_watch describes.

    `process`: alive by its pidfd; None when there is none, or it is still starting.
    `accepting_ns`: CLOCK_BOOTTIME when its socket last accepted a connection, None for never.
    `booting`: a process with the node's name runs but is not up yet; it may be reading its keys.
    `socket_hangs`: the socket's volume does not answer, so `accepting_ns` is out of date.
    `looked_for`: the socket tells whether there is a node, or hangs. False before the first look
    has ended, and while a process listens that no connection reaches.
    """

    process: NodeProcess | None = None
    accepting_ns: int | None = None
    booting: bool = False
    socket_hangs: bool = False
    looked_for: bool = True


@dataclass(frozen=True, slots=True)
class Scrape:
    """One answer of the node's metrics endpoint, all of it while `process` lived.

    Times are CLOCK_BOOTTIME. `forging`: the metric, None when the answer does not have it.
    `version`: the node's, "" if the answer does not say it.
    """

    process: NodeProcess
    begun_ns: int
    answered_ns: int
    forging: int | None
    version: str = ""


@dataclass(frozen=True, slots=True)
class SentSighup:
    """The last SendSighup that was carried out, and CLOCK_BOOTTIME read after it."""

    number: int
    sent_ns: int


@dataclass(frozen=True, slots=True)
class Credentials:
    """The credentials that could be forged with.

    `checked`: there is a set that may be put in place; `name`: its name (SwappedSet.current);
    `counter`: its certificate's; `kes`: whether that is valid now. `live_kes`: the same for the set
    at the node's paths.
    """

    checked: bool = False
    counter: int | None = None
    name: str | None = None
    kes: KesTime = KesTime.NOW
    live_kes: KesTime = KesTime.NOW


@dataclass(frozen=True, slots=True)
class HandOver:
    """An operator's request that this pod lead; `token` differs with every request."""

    pod: str
    token: str


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that a decision may depend on.

    `leases`: in the order in which they are taken; all of them must be proven to forge, and
    `cluster` must permit it. `guard`: as parsed, None for a dead one. `reload`: asks a standby to
    reload its topology; it differs with each request. `live`: what is at the node's paths.
    `failed`: the action of the last step that failed; those after it were not tried, except for a
    fence that permits nothing. `fence`: the last one written, or left by the previous manager.
    `hold_known`: False until the API was asked whether an operator holds forging off.
    `terminating`: the code of why the pod is terminating, "" while it is not.
    """

    now: Moment
    leases: tuple[LeaseView, ...]
    node: Node
    scrape: Scrape | None
    sighup: SentSighup | None
    credentials: Credentials
    live: LiveKeys
    guard: Heartbeat | None
    failed: Action | None = None
    fence: Fence | None = None
    terminating: str = ""
    held_off: bool = False
    hold_known: bool = True
    hand_over: HandOver | None = None
    reload: str = ""
    cluster: ClusterPermission = PERMITTED


@dataclass(frozen=True)
class OperatorInput:
    """What the state machine is told. `hold_known`: False until the first answer of any kind."""

    held_off: bool = False
    hold_known: bool = True
    hand_over: HandOver | None = None
