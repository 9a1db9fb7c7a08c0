"""The node's Prometheus endpoint: names as cardano-node exports them."""

from __future__ import annotations

import contextlib
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from .forging import Forge

PREFIX = "cardano_node_metrics_"


def render(forge: Forge, now: float) -> str:
    """Return the metrics at this Unix time in Prometheus' text format."""
    values: dict[str, int] = {"nodeCannotForge_int": forge.cannot_forge}
    if forge.metric is not None:
        values["forging_enabled_int"] = forge.metric
    if forge.clock is not None:
        values["slotNum_int"] = forge.clock.slot(now)
        # What a node says of KES comes from its forging loop: nothing before it has forged.
        if forge.certificate is not None:
            current, expiry = forge.clock.kes_period(now), forge.clock.expiry(forge.certificate)
            values["currentKESPeriod_int"] = current
            values["operationalCertificateStartKESPeriod_int"] = forge.certificate.kes_period
            values["operationalCertificateExpiryKESPeriod_int"] = expiry
            values["remainingKESPeriods_int"] = max(0, expiry - current)
    lines = [
        f"# TYPE {PREFIX}{name} gauge\n{PREFIX}{name} {value}\n"
        for name, value in sorted(values.items())
    ]
    return "".join(lines)


def serve(forge: Forge, port: int) -> ThreadingHTTPServer:
    """Bind the endpoint on all IPv4 addresses. Raises OSError when the port is taken."""

    class Handler(_Handler):
        source = forge

    server = ThreadingHTTPServer(("0.0.0.0", port), Handler)  # noqa: S104 -- probes, Prometheus
    server.daemon_threads = True
    return server


class _Handler(BaseHTTPRequestHandler):
    source: ClassVar[Forge]
    timeout = 10  # seconds a client may be silent

    def do_GET(self) -> None:
        if self.path != "/metrics":
            self.send_error(404)
            return
        body = render(self.source, time.time()).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its name
        """Keep scrapes out of the log."""
