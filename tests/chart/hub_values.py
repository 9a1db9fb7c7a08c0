"""Values of a cluster among several, and of one with a hub."""

from __future__ import annotations

from typing import Any

from tests.chart.samples import Values, merged, producer

POOL_ID = "pool1" + "q" * 51


def managed(**manager: Any) -> Values:
    """A producer with these values of its forge manager."""
    return producer(forgeManager=manager)


def clustered(**cluster: Any) -> Values:
    """A producer that is one of several."""
    return managed(clusterManagement={"enabled": True, **cluster})


def hubbed(**hub: Any) -> Values:
    """One of several that meet in a hub elsewhere."""
    where = {"enabled": True, "kubeconfigSecret": "hub-access", **hub}
    tenant = {"enabled": True, "pool": {"id": POOL_ID}}
    return merged(clustered(region="eu-west", hub=where), managed(multiTenant=tenant))
