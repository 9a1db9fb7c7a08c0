"""What comes out of one step of the machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forge_manager.election.messages import LeaseIntent
    from forge_manager.forging.actions import Action
    from forge_manager.forging.phases import ForgingReason, Obstacle, Phase


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of phase, for logs, events and metrics.

    `cause`: what is behind it, "" if the reason says it all: a code of why a lease was lost or the
    pod is terminating, or the node's version.
    """

    source: Phase
    target: Phase
    reason: ForgingReason
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Leap:
    """Two certificate counters with others between them: the last one used, and the checked one."""

    used: int
    checked: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do after one step: the actions in order, then the intents to the electors.

    `intents`: one for each lease, valid until the next step; `successor`: the cluster for which the
    hub's is released; `counter`: the certificate counter that the leases must record. `obstacle`:
    what keeps a standby from leading, or a leader from using new keys. `fit`: a node is up that
    forges or could, and the network would accept its blocks. `leap`: why blocks under the checked
    certificate may be refused. `node_may_live`: False when a liveness probe should have the node
    killed. `scrape_within_ns`: begin the next scrape within this time. `reloaded`: the last reload
    request that a node has finished.
    """

    actions: tuple[Action, ...]
    intents: tuple[LeaseIntent, ...]
    successor: str
    counter: int | None
    transitions: tuple[Transition, ...]
    obstacle: Obstacle | None
    fit: bool
    leap: Leap | None
    node_may_live: bool
    handed_over: bool
    scrape_within_ns: int
    reloaded: str
