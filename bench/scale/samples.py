"""Who leads and who forges in each pool: by the Leases, the managers and the nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.e2e.framework.forging_times import parse, spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.scale.pod import Pod
    from bench.scale.pool import Pool
    from tests.e2e.framework.forging_times import Span


class Sample(NamedTuple):
    """One pool at one time. Pods by their holder's identity.

    `holder`: whom the Lease names; `leading`: whose manager proves the lease; `switched_on`: whose
    manager sees its node forge; `forging`: whose node has said that it does.
    """

    holder: str
    leading: frozenset[str]
    switched_on: frozenset[str]
    forging: frozenset[str]

    @property
    def is_settled(self) -> bool:
        """Whether one pod leads and forges by all of them."""
        one = frozenset({self.holder})
        return bool(self.holder) and self.leading == self.switched_on == self.forging == one

    @property
    def has_two(self) -> bool:
        """Whether two lead or forge by any of them."""
        return any(len(each) > 1 for each in (self.leading, self.switched_on, self.forging))


def take(pool: Pool, port: int, ticks_since: float) -> Sample:
    """Look at a pool; `ticks_since`: Unix time from when a node's tick counts.

    Raises OSError and RefusedError.
    """
    pages = {pod.identity: pod.page(port, "/metrics")[1] for pod in pool.pods}
    return Sample(
        holder=pool.holder(),
        leading=_with(pages, "cardano_leader_status"),
        switched_on=_with(pages, "cardano_forging_enabled"),
        forging=forging(pool.pods, ticks_since),
    )


def forging(pods: Iterable[Pod], ticks_since: float) -> frozenset[str]:
    """Return the pods whose nodes have said since then that they forge."""
    return frozenset(pod.identity for pod in pods if last_tick(_tail(pod)) >= ticks_since)


def last_tick(journal: str) -> float:
    """Return the Unix time of the last tick in the end of a journal, 0 if there is none."""
    ticks = [line.at.timestamp() for line in parse(journal, "") if line.event == "tick"]
    return max(ticks, default=0.0)


def forged(pods: Sequence[Pod]) -> list[Span]:
    """Return when which of these pods forged, from the beginning."""
    return spans(line for pod in pods for line in parse(_all(pod), pod.uid))


def value(page: str, name: str) -> float:
    """Return the sum of a metric's samples on a page; 0 if there are none."""
    lines = (line for line in page.splitlines() if line.startswith((f"{name}{{", f"{name} ")))
    return sum(float(line.rpartition(" ")[2]) for line in lines)


def _with(pages: dict[str, str], name: str) -> frozenset[str]:
    return frozenset(identity for identity, page in pages.items() if value(page, name) > 0)


#: A dozen lines, more than a second of ticks.
_TAIL_BYTES = 512


def _tail(pod: Pod) -> str:
    if not pod.journal.exists():
        return ""
    with pod.journal.open("rb") as file:
        file.seek(max(0, file.seek(0, 2) - _TAIL_BYTES))
        return file.read().partition(b"\n")[2].decode()  # the first line may not be whole


def _all(pod: Pod) -> str:
    return pod.journal.read_text() if pod.journal.exists() else ""
