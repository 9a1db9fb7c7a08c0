"""What becomes of a manager's actions: some fail, one of them fails every time."""

from __future__ import annotations

from tests.sidecar.simulation.part import Part


class ActionFaults(Part):
    """Failures of what a manager does to files and processes."""

    def actions_fail(self) -> None:
        """Actions of every manager fail now and then."""
        self.world.log("actions fail")
        self.cluster.action_failures = 0.3

        def work() -> None:
            self.cluster.action_failures = 0.0

        self.faults.lasting(500, 10000, work)
