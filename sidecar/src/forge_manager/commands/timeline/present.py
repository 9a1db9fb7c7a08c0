"""What each manager's metrics say now, as a table. Pure: no clock, no cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.samples import Sample, samples

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_HEAD = ("pod", "gate", "after", "phase", "why", "lease", "forges", "KES left")
_UNKNOWN = "-"
_DAY_S = 86_400
_PAGE_MISSING = "its manager's metrics cannot be read"


def table(pages: Mapping[str, str | None]) -> str:
    """Return a row for each pod from its metrics page; None if it cannot be read."""
    rows: list[tuple[str, ...]] = [_HEAD]
    rows += [(pod, *_cells(page)) if page else (pod, _PAGE_MISSING) for pod, page in pages.items()]
    full = [row for row in rows if len(row) == len(_HEAD)]
    widths = [max(len(row[n]) for row in full) for n in range(len(_HEAD))]
    widths[0] = max(len(row[0]) for row in rows)
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)).rstrip()
        for row in rows
    )


def _cells(page: str) -> Iterable[str]:
    found = list(samples(page))
    values = {sample.name: sample.value for sample in found}
    gate = _labels_of_one(found, "cardano_startup_state")
    forging = _labels_of_one(found, "cardano_forging_state")
    yield gate.get("reason", _UNKNOWN)
    yield _seconds(values.get("cardano_startup_duration_seconds"))
    yield forging.get("phase", _UNKNOWN)
    yield forging.get("reason", _UNKNOWN)
    yield _seconds(values.get("cardano_lease_remaining_seconds"))
    yield {1.0: "yes", 0.0: "no"}.get(values.get("cardano_forging_enabled", -1.0), "not known")
    left_s = values.get("cardano_kes_remaining_seconds")
    yield _UNKNOWN if left_s is None else f"{left_s / _DAY_S:.1f} d"


def _labels_of_one(found: Iterable[Sample], name: str) -> dict[str, str]:
    """Return the labels of the one sample of a state that is 1."""
    states = (sample.labels for sample in found if sample.name == name and sample.value == 1)
    return next(states, {})


def _seconds(value: float | None) -> str:
    return _UNKNOWN if value is None else f"{value:.1f} s"
