"""From the creation of a pod to its node's start, by the timing of the gate's probe.

The limit, in the same run: the same pod without the gate's probe, whose sidecar counts as ready at
once. What a start takes longer than that is the gate's own cost.
"""

from __future__ import annotations

import statistics
from contextlib import ExitStack
from typing import TYPE_CHECKING

from bench.cluster.profiles import Profile, profiles
from bench.cluster.site import Start, site
from bench.report.figure import Figure, Limit, of_samples
from devkit.steps import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.cluster.ground import Ground

PODS = 10
#: The timing with which the probe waits at the sidecar, and the most that the gate may cost then.
_WAITING, _COST_AT_MOST_S = "waiting", 1.0
_UNGATED = {"enabled": False}


def measure(ground: Ground) -> list[Figure]:
    """Start pods of every timing in turn, one at a time. Raises StepError."""
    timings = profiles()
    early: dict[str, list[Start]] = {profile.name: [] for profile in timings}
    late: dict[str, list[Start]] = {profile.name: [] for profile in timings}
    ungated: list[Start] = []
    with ExitStack() as stack:
        without = stack.enter_context(site(ground, "without", _UNGATED))
        sites = {
            profile.name: stack.enter_context(site(ground, profile.name, profile.probe))
            for profile in timings
        }
        for number in range(1, PODS + 1):
            ungated.append(without.start())
            for profile in timings:
                early[profile.name].append(sites[profile.name].start())
                late[profile.name].append(
                    sites[profile.name].start_before_its_keys(profile.delay_s)
                )
            say(f"  {number} of {PODS} pods of each timing")
    limit = Limit(
        statistics.median(start.node for start in ungated), "the same pod without the probe"
    )
    return [
        figure
        for profile in timings
        for figure in figures(profile, early[profile.name], late[profile.name], limit)
    ]


def figures(
    profile: Profile, early: Sequence[Start], late: Sequence[Start], ungated: Limit
) -> Iterator[Figure]:
    """Return what starts of one timing say: with their keys there, and before they came."""
    name, what = f"start-up/{profile.name}", f"{profile.name} timing"
    yield of_samples(
        f"{name}/sidecar", f"{what}: the sidecar's start", [start.sidecar for start in early], "s"
    )
    yield of_samples(f"{name}/ready", f"{what}: ready", [start.ready for start in early], "s")
    nodes = [start.node for start in early]
    yield of_samples(f"{name}/node", f"{what}: the node's start", nodes, "s", limit=ungated)
    cost = statistics.median(nodes) - ungated.value
    bound = _COST_AT_MOST_S if profile.name == _WAITING else None
    yield Figure(f"{name}/gate-cost", f"{what}: the gate's own cost", cost, "s", bound=bound)
    period = Limit(profile.period_s, "one period of the probe", same_run=False)
    yield of_samples(
        f"{name}/after-ready",
        f"{what}: from ready to the node's start, when the keys come late",
        [start.node - start.ready for start in late],
        "s",
        limit=period,
        bound=period.value,
    )
