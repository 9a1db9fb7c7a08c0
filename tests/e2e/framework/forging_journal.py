"""The journals of the stand-ins, read on their machines: they outlive pods and need no API server.

Each pod's node writes to its ledger's volume, which the next pod of that name gets too, into a file
named after the pod's uid.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.e2e.framework.forging_times import Line, Run, longest_gap_s, parse, spans

if TYPE_CHECKING:
    from devkit.namespace import Namespace
    from tests.e2e.framework.forging_times import Span
    from tests.e2e.framework.machines import Machine, Machines

#: Environment of the node; the kubelet fills in the uid.
ENVIRONMENT: list[dict[str, Any]] = [
    {"name": "POD_UID", "valueFrom": {"fieldRef": {"fieldPath": "metadata.uid"}}},
    {"name": "STANDIN_WITNESS_FILE", "value": "/data/journal/$(POD_UID)"},
]
# Of each journal that was written to since: its name, and the ticks of more than a quarter hour.
_READ = """
since=$1
shift
find "$@" -path '*/journal/*' -type f -newermt "@$since" -exec tail -v -c 1000000 {} +
"""
_HEADER = re.compile(r"^==> \S+/journal/(\S+) <==$", re.MULTILINE)
#: Ticks are read this late at most.
_LONGEST_SILENCE = timedelta(seconds=1)
# From then on a forger is past what its start, or the end of the one before, may still bring.
_SETTLED = timedelta(seconds=3)


class Journals(ABC):
    """What the nodes of one or several releases have said."""

    @abstractmethod
    def lines(self, since: datetime) -> list[Line]:
        """Return what the nodes have said since then, as far as it concerns forging."""

    def spans(self, since: datetime) -> list[Span]:
        """Return who forged when since then."""
        return spans(self.lines(since))

    def forgers(self) -> set[Run]:
        """Return who forges at this moment, by ticks of the last second."""
        now = datetime.now(UTC)
        return {span.run for span in self.spans(now - _LONGEST_SILENCE)}

    def only_forger(self, now: datetime) -> Run | None:
        """Return who alone, and without a pause, has forged for a while; None when nobody has."""
        found = self.spans(now - _SETTLED)
        runs = {span.run for span in found}
        if len(runs) != 1 or longest_gap_s(found, since=now - _SETTLED, until=now) > 1:
            return None
        return runs.pop()


class ForgingJournal(Journals):
    """Reads the journals of all replicas of a release."""

    def __init__(self, namespace: Namespace, machines: Machines, replicas: int) -> None:
        self._namespace = namespace
        self._machines = machines
        self._replicas = replicas
        self._volumes: dict[str, tuple[Machine, str]] = {}  # by claim
        self._last_words: dict[Machine, str] = {}

    def lines(self, since: datetime) -> list[Line]:
        """Return what the nodes have said since then, as far as it concerns forging."""
        found: list[Line] = []
        for machine, paths in self.places().items():
            if not machine.is_paused():  # else nothing is written either
                seconds = str(int(since.timestamp()))
                self._last_words[machine] = machine.run(_READ, seconds, *paths)
            _, *parts = _HEADER.split(self._last_words.get(machine, ""))
            for uid, text in zip(parts[::2], parts[1::2], strict=True):
                found += [line for line in parse(text, uid) if line.at >= since]
        return found

    def places(self) -> dict[Machine, list[str]]:
        """Return where the journals are: directories by machine. Raises StepError."""
        if len(self._volumes) < self._replicas:
            self._find_volumes()
        directories: dict[Machine, list[str]] = {}
        for machine, path in self._volumes.values():
            directories.setdefault(machine, []).append(path)
        return directories

    def _find_volumes(self) -> None:
        """Ask where the volumes are; they never move."""
        for volume in self._namespace.kubectl.items("persistentvolumes"):
            spec = volume["spec"]
            claim = spec["claimRef"]
            path = (spec.get("hostPath") or spec.get("local") or {}).get("path")
            if claim["namespace"] == self._namespace.name and path:
                (term,) = spec["nodeAffinity"]["required"]["nodeSelectorTerms"]
                (name,) = term["matchExpressions"][0]["values"]
                self._volumes[claim["name"]] = self._machines.named(name), path
