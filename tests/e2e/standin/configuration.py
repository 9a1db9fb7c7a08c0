"""The node's configuration: what it says of forging and of the metrics server."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .errors import StartError
from .genesis import SlotClock, read_genesis
from .json_files import json_object

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .versions import MetricsLimits, NodeVersion


@dataclass(frozen=True)
class Configuration:
    """What config.json and the files that it names come to."""

    clock: SlotClock
    non_producing: bool
    metrics: MetricsLimits


def read_configuration(config: Path, version: NodeVersion) -> Configuration:
    """Read config.json and the files it names. Raises StartError."""
    settings = json_object(config, "configuration")
    return Configuration(
        clock=read_genesis(settings, config),
        non_producing=_flag(settings, "StartAsNonProducingNode", config),
        metrics=_metrics_limits(settings, config, version),
    )


def read_topology(topology: Path) -> None:
    """Check that the topology can be read. Raises StartError."""
    content = json_object(topology, "topology")
    for key in ("localRoots", "publicRoots"):
        if not isinstance(content.get(key), list):
            raise StartError(f"topology {topology}: {key} is not a list")


def _flag(settings: Mapping[str, object], key: str, config: Path) -> bool:
    value = settings.get(key)
    if value is not None and not isinstance(value, bool):
        raise StartError(f"configuration {config}: {key} is {value!r}, not true or false")
    return value is True


def _metrics_limits(
    settings: Mapping[str, object], config: Path, version: NodeVersion
) -> MetricsLimits:
    """Return the version's limits, as changed by TracePrometheusSimpleRun where it is read."""
    run = settings.get("TracePrometheusSimpleRun")
    if run is None or not version.metrics_settable:
        return version.metrics
    name = f"configuration {config}: TracePrometheusSimpleRun"
    if not isinstance(run, dict):
        raise StartError(f"{name} is not an object")
    usual = version.metrics
    return replace(
        usual,
        accepted_per_second=_number(run, "connPerSecond", usual.accepted_per_second, name),
        open_per_host=int(_number(run, "connCountPerHost", usual.open_per_host, name)),
        open_in_all=int(_number(run, "connCountGlobal", usual.open_in_all, name)),
        silence_seconds=_number(run, "connTimeout", usual.silence_seconds, name),
    )


def _number(run: Mapping[str, object], key: str, usual: float, name: str) -> float:
    value = run.get(key, usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise StartError(f"{name}.{key} is {value!r}, not a number of 0 or more")
    return value
