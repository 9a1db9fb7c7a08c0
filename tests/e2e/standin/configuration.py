"""The node's configuration: what a version refuses, and what it says of forging and metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .accepted_keys import check_accepted
from .errors import StartError
from .json_files import json_object
from .typed_keys import flag, number, section, whole_number
from .versions import MetricsLimits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .versions import NodeVersion


@dataclass(frozen=True)
class Configuration:
    """What config.json says; it is read once."""

    path: Path
    settings: Mapping[str, object]
    non_producing: bool
    metrics: MetricsLimits


def read_configuration(config: Path, version: NodeVersion) -> Configuration:
    """Read config.json as this version does. Raises StartError."""
    settings = json_object(config, "configuration", as_yaml=True)
    try:
        check_accepted(settings, version)
        non_producing = flag(settings, "StartAsNonProducingNode")
        metrics = _metrics_limits(settings, version)
    except ValueError as error:
        raise StartError(f"configuration {config}: {error}") from error
    return Configuration(config, settings, non_producing, metrics)


def _metrics_limits(settings: Mapping[str, object], version: NodeVersion) -> MetricsLimits:
    """Return the version's limits, as changed by TracePrometheusSimpleRun where it is read."""
    usual = version.metrics
    run = section(settings, "TracePrometheusSimpleRun") if version.metrics_settable else {}
    return MetricsLimits(
        accepted_per_second=number(run, "connPerSecond", usual.accepted_per_second),
        open_per_host=whole_number(run, "connCountPerHost", usual.open_per_host),
        open_in_all=whole_number(run, "connCountGlobal", usual.open_in_all),
        silence_seconds=whole_number(run, "connTimeout", round(usual.silence_seconds)),
        linger_seconds=usual.linger_seconds,
    )
