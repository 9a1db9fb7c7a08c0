"""What the node's metrics say: names as cardano-node exports them."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    return "".join(lines) + "# EOF\n"
