"""Kinds of faults that break something today: off unless a history is told to have them.

Each has the seed of a history, with that kind alone, that shows what breaks. Whoever mends it takes
its line away; a test fails as long as a line is there that breaks nothing any more.
"""

from __future__ import annotations

from typing import NamedTuple


class Broken(NamedTuple):
    """`shows`: part of the error's first line. `clusters`: it takes several of them and a hub."""

    cause: str
    seed: int
    shows: str
    clusters: bool = False


_LOST_WRITES = "an API server that lost its last writes is believed"
_FALSE_404 = "an elector that met a false 404 has no way back to a Lease that is there"
_EXPIRED = "times of certificates decide nothing"
_FULL = "giving up waits for a fence that cannot be written"
_NO_HUB = "a replica that cannot reach the hub keeps its cluster's Lease"

_HANGS = "a read that hangs stops control"

BROKEN = {
    "reads-hang": Broken(_HANGS, 3, "is killed though nothing is wrong with its pod"),
    "rename-lease": Broken("two Leases exclude nobody", 5, "both may forge"),
    "api-fall-back": Broken(_LOST_WRITES, 9, "both may forge"),
    "api-fall-back-to-former-leader": Broken(_LOST_WRITES, 10, "both may forge"),
    "hub-fall-back": Broken(_LOST_WRITES, 9, "both may forge", clusters=True),
    "hub-fall-back-to-former-leader": Broken(_LOST_WRITES, 1, "both may forge", clusters=True),
    "api-false-404": Broken(_FALSE_404, 1, "requests in a minute"),
    "hub-false-404": Broken(_FALSE_404, 2, "requests in a minute", clusters=True),
    "hub-cut-off-machine": Broken(_NO_HUB, 1, "west forges, not east", clusters=True),
    "publish-fence-fails": Broken(_FULL, 2, "is stuck in Killing"),
    "state-volume-full": Broken(_FULL, 1, "forges on though its fence cannot be written"),
    "keys-expire": Broken(_EXPIRED, 1, "liveness: bp-0/node-11 with set-4-50 forges"),
    "keys-not-yet-valid": Broken(_EXPIRED, 1, "liveness: bp-0/node-11 with set-5-0 forges"),
    "cluster-keys-expire": Broken(_EXPIRED, 1, "nobody forges", clusters=True),
}
