"""What happens to the metrics page of the nodes."""

from __future__ import annotations

from tests.sidecar.simulation.cluster import QUICK_PAGE_MS
from tests.sidecar.simulation.part import Part


class PageFaults(Part):
    """The page of every node in the cluster."""

    def metrics_down(self) -> None:
        """The metrics pages answer nothing."""
        self.world.log("metrics down")
        self.cluster.metrics_down = True

        def up() -> None:
            self.world.log("metrics up")
            self.cluster.metrics_down = False
            self.cluster.metrics_down_ns = self.world.real_ns
            self._metrics_changed()

        self.faults.lasting(500, 15000, up)

    def pages_slow(self) -> None:
        """The metrics pages are slow, perhaps just as somebody asks for a hand-over."""
        page_ms = self.random.choice(((150.0, 300.0), (900.0, 1100.0), (1700.0, 2000.0)))
        self.world.log(f"an answer of the metrics page takes {page_ms[0]:.0f} ms")
        self.cluster.page_ms = page_ms
        if self.faults.has("hand-over") and self.world.chance(0.5):
            self.world.at(self.world.ms(500, 3000), lambda: self.faults.do("hand-over"))

        def quick() -> None:
            self.world.log("the metrics page is quick again")
            self.cluster.page_ms = QUICK_PAGE_MS
            self._metrics_changed()

        self.faults.lasting(2000, 60_000, quick)

    def pages_admit_few(self) -> None:
        """The metrics pages admit three connections a second, others' among them."""
        self.world.log("the metrics pages admit few connections")
        self.cluster.connections_per_s = 3

        def many() -> None:
            self.world.log("the metrics pages admit any number of connections")
            self.cluster.connections_per_s = None

        self.faults.lasting(2000, 60_000, many)

    def pages_close(self) -> None:
        """The metrics pages close each connection after an answer, so that answers are seldom."""
        self.world.log("the metrics pages close each connection")
        self.cluster.page_closes = True

        def keep() -> None:
            self.world.log("the metrics pages keep connections")
            self.cluster.page_closes = False
            self._metrics_changed()

        self.faults.lasting(2000, 60_000, keep)

    def metric_lies(self) -> None:
        """The metric of nodes that start says 1 though they were started non-producing."""
        self.world.log("the metric of nodes that start says 1")
        self.cluster.metric_lies = True

        def honest() -> None:
            self.world.log("the metric of nodes that start is honest")
            self.cluster.metric_lies = False

        self.faults.lasting(5000, 60_000, honest)

    def _metrics_changed(self) -> None:
        self.cluster.metrics_troubled_ns = self.world.real_ns
