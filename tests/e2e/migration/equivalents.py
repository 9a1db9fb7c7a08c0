"""The earlier chart's examples as values that a small cluster with a stand-in node can run."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from tests.chart.earlier_tables import examples
from tests.e2e.framework.deployment import merged

if TYPE_CHECKING:
    from tests.support.keys import Pool

Object = dict[str, Any]
EXAMPLES = examples()
# What stays the example's where the small producer's values have it, too.
_KEPT = ("cardanoNode.blockProducer", "cardanoNode.topology.localRoots", "forgeManager.enabled")
# What cannot be as it is in an example: the path, what is there instead, and why.
_IMPOSSIBLE: list[tuple[str, Any, str]] = [
    ("affinity", {}, "there may be fewer machines than replicas"),
    ("cardanoNode.topology.bootstrapPeers", [], "those of a public network are refused on another"),
    ("cardanoNode.config.requiresNetworkMagic", None, "mainnet's way, and the network is custom"),
    ("monitoring.serviceMonitor.enabled", False, "its definition is not in the cluster"),
]


def equivalent(name: str, small: Object, pool: Pool) -> Object:
    """Return an example's values with those of a small producer (`small`) over them.

    `small` brings the images, a custom network with its genesis files (those of the public ones are
    not reachable, and neither is Mithril), quick probes, and memory, disk and time to end in of a
    size for tests.
    """
    example = EXAMPLES[name]
    values = merged(example, small)
    for path in _KEPT:
        _put(values, path, reduce(dict.__getitem__, path.split("."), example))
    for path, instead, why in _IMPOSSIBLE:
        assert why
        _put(values, path, instead)
    if values["cardanoNode"]["blockProducer"]:
        # The example's stands for one's own; the earlier definition wants it in hex as well.
        _put(values, "forgeManager.multiTenant.pool.id", pool.pool_id)
        _put(values, "forgeManager.multiTenant.pool.idHex", pool.pool_id_hex)
    return values


def _put(values: Object, path: str, value: Any) -> None:
    """Set a value, whole: nothing of what was there is merged into it."""
    *parents, key = path.split(".")
    place = values
    for parent in parents:
        place[parent] = dict(place[parent])
        place = place[parent]
    place[key] = value
