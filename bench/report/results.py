"""A run's figures with when and on what they were measured, as JSON in bench/results."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.report.figure import Figure, Limit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DIRECTORY = Path(__file__).parents[1] / "results"


@dataclass(frozen=True)
class Results:
    """What one command measured."""

    command: str
    date: str
    #: Such as "2 cores, 24 GiB, x86_64".
    machine: str
    #: Versions of what was measured beside, such as Kubernetes'.
    versions: Mapping[str, str]
    figures: tuple[Figure, ...]

    @property
    def broken(self) -> list[Figure]:
        """Those beyond their bound."""
        return [figure for figure in self.figures if not figure.holds]


def of_now(command: str, versions: Mapping[str, str], figures: Iterable[Figure]) -> Results:
    """Return figures as measured today, on this machine."""
    date = datetime.now(UTC).date().isoformat()
    return Results(command, date, machine_class(), dict(versions), tuple(figures))


def machine_class() -> str:
    """Return the cores that this process may use, the machine's memory and its architecture."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, {memory:.0f} GiB, {platform.machine()}"


def path(name: str) -> Path:
    """Return where the results of this name are kept."""
    return DIRECTORY / f"{name}.json"


def write(name: str, results: Results) -> None:
    """Keep results under a name; those before are replaced."""
    DIRECTORY.mkdir(exist_ok=True)
    text = json.dumps(asdict(results), indent=1, ensure_ascii=False) + "\n"
    half = path(name).with_suffix(".half")
    half.write_text(text)
    half.replace(path(name))


def read(name: str) -> Results | None:
    """Return what is kept under a name; None where nothing is yet.

    Raises:
        ValueError: the file is not what `write` writes.

    """
    try:
        text = path(name).read_text()
    except FileNotFoundError:
        return None
    try:
        kept = json.loads(text)
        return Results(**{**kept, "figures": tuple(map(_figure, kept["figures"]))})
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(f"{path(name)}: not results; delete it and measure again") from error


def _figure(kept: dict[str, Any]) -> Figure:
    limit = kept["limit"]
    return Figure(
        **{
            **kept,
            "limit": Limit(**limit) if limit else None,
            "samples": tuple(kept["samples"]),
        }
    )
