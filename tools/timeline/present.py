"""What each manager's metrics say now, as a table. Pure: no clock, no cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_HEAD = ("pod", "gate", "after", "phase", "why", "lease", "forges", "KES left")
_UNKNOWN = "-"
_DAY_S = 86_400
_PAGE_MISSING = "its manager's metrics cannot be read"

Labels = dict[str, str]


def table(pages: Mapping[str, str | None]) -> str:
    """Return a row for each pod from its page of metrics; None where it cannot be read."""
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
    samples = list(_samples(page))
    values = {name: value for name, _, value in samples}
    gate = _labels_of_one(samples, "cardano_startup_state")
    forging = _labels_of_one(samples, "cardano_forging_state")
    yield gate.get("reason", _UNKNOWN)
    yield _seconds(values.get("cardano_startup_duration_seconds"))
    yield forging.get("phase", _UNKNOWN)
    yield forging.get("reason", _UNKNOWN)
    yield _seconds(values.get("cardano_lease_remaining_seconds"))
    yield {1.0: "yes", 0.0: "no"}.get(values.get("cardano_forging_enabled", -1.0), "not known")
    left_s = values.get("cardano_kes_remaining_seconds")
    yield _UNKNOWN if left_s is None else f"{left_s / _DAY_S:.1f} d"


def _samples(page: str) -> Iterable[tuple[str, Labels, float]]:
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            yield sample.name, sample.labels, sample.value


def _labels_of_one(samples: Iterable[tuple[str, Labels, float]], name: str) -> Labels:
    """Return the labels of the one sample of a state that is 1."""
    found = (labels for other, labels, value in samples if other == name and value == 1)
    return next(found, {})


def _seconds(value: float | None) -> str:
    return _UNKNOWN if value is None else f"{value:.1f} s"
