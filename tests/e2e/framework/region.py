"""A pool's release on one of several clusters, and what is done to that cluster."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

from tests.e2e.framework.deployment import merged
from tests.e2e.framework.forging_journal import Journals
from tests.e2e.framework.forging_times import Line, Run
from tests.e2e.framework.health_server import HealthServer
from tests.e2e.framework.release import Release

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tests.e2e.framework.deployment import Deployment
    from tests.e2e.framework.hub import Hub
    from tests.e2e.framework.machines import Machines
    from tests.support.keys import Pool

Object = dict[str, Any]
REPLICAS = 2
TAKEOVER_S = 10
HAND_BACK_S = 10
_HUB_SECRET = "forge-hub"  # noqa: S105 - the name of a Secret


class Region(Release):
    """One cluster; all of a pool's differ in name and priority."""

    def __init__(
        self,
        name: str,
        priority: int,
        deployment: Deployment,
        machines: Machines,
        *,
        boot_seconds: float,
    ) -> None:
        super().__init__(deployment, machines, replicas=REPLICAS, boot_seconds=boot_seconds)
        self.name = name
        self.priority = priority
        self.health = HealthServer(deployment.namespace, deployment.images.standin)

    def join(self, hub: Hub, pool: Pool) -> None:
        """Install the replicas, with their access to the hub; waits for none of them."""
        values = self._values(hub, pool)
        access = {"forgeManager": {"clusterManagement": {"hub": {"access": {"create": True}}}}}
        kubeconfig = hub.admit(self.deployment.rendered(merged(values, access), "templates/hub/*"))
        secret = {"metadata": {"name": _HUB_SECRET}, "stringData": {"kubeconfig": kubeconfig}}
        self.namespace.apply({"apiVersion": "v1", "kind": "Secret", **secret})
        self.health.create()
        self.install(pool.issue(), values)

    @contextlib.contextmanager
    def overridden(self, **override: object) -> Iterator[None]:
        """Have an override stand in the CardanoForgeCluster within, put there by hand."""
        self._override({"enabled": True, **override})
        try:
            yield
        finally:
            self._override(None)

    @contextlib.contextmanager
    def prioritised(self, priority: int) -> Iterator[None]:
        """Have another priority within, by the chart's values."""
        self._upgrade_to(priority)
        try:
            yield
        finally:
            self._upgrade_to(self.priority)

    @contextlib.contextmanager
    def failsafe(self, seconds: int) -> Iterator[None]:
        """Have its own lease longer within; both changes replace its pods."""
        self._elect_with(seconds)
        try:
            yield
        finally:
            self._elect_with(0)

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Stop every process of all its machines within."""
        with contextlib.ExitStack() as stack:
            for machine in self.machines.all:
                stack.enter_context(machine.paused())
            yield

    @contextlib.contextmanager
    def cut_off(self, address: str) -> Iterator[None]:
        """Drop, within, every packet between its pods and this address, without a word."""
        with contextlib.ExitStack() as stack:
            for machine in self.machines.all:
                stack.enter_context(machine.cut_off(address))
            yield

    def _override(self, override: Object | None) -> None:
        (found,) = self.namespace.items("cardanoforgeclusters")
        patch = json.dumps({"spec": {"override": override}})
        name = found["metadata"]["name"]
        self.namespace.run("patch", "cfc", name, "--type=merge", f"--patch={patch}")

    def _upgrade_to(self, priority: int) -> None:
        self.deployment.upgrade({"forgeManager": {"clusterManagement": {"priority": priority}}})

    def _elect_with(self, failsafe_seconds: int) -> None:
        election = {"failsafeSeconds": failsafe_seconds}
        self.deployment.upgrade({"forgeManager": {"election": election}})

    def _values(self, hub: Hub, pool: Pool) -> Object:
        clusters = {
            "enabled": True,
            "region": self.name,
            "priority": self.priority,
            "healthCheck": {
                "enabled": True,
                "endpoint": self.health.endpoint,
                "interval": 1,
                "timeout": 2,
                "failureThreshold": 2,
            },
            "hub": {
                "enabled": True,
                "kubeconfigSecret": _HUB_SECRET,
                "namespace": hub.namespace.name,
                "takeoverSeconds": TAKEOVER_S,
                "handBackSeconds": HAND_BACK_S,
            },
        }
        tenant = {"enabled": True, "pool": {"id": pool.pool_id}}
        return {"forgeManager": {"clusterManagement": clusters, "multiTenant": tenant}}


class JointForgingJournal(Journals):
    """Reads the journals of several regions, whose machines share a clock, as one.

    A run's pod is named with its region before it.
    """

    def __init__(self, regions: tuple[Region, ...]) -> None:
        self._regions = regions

    def lines(self, since: datetime) -> list[Line]:
        """Return what the nodes of all of them have said since then."""
        return [
            Line(line.at, Run(f"{region.name}/{line.run.pod}", line.run.uid), line.event)
            for region in self._regions
            for line in region.journal.lines(since)
        ]
