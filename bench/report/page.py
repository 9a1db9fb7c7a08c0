"""docs/measurements.md and its charts, written from the results that are kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bench.report import charts, results, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.report.results import Results

DOCS = Path(__file__).parents[2] / "docs"
PAGE = "measurements.md"
_HEAD = """# Measurements

<!-- Written by `make docs` from bench/results; bench/README.md says how each is measured. -->

Each figure stands beside the limit that the same run found: the least that anything could reach
there. Of several samples the figure is the median. "At most" is where the command fails. The node
is the stand-in.
"""
#: The names of results, in the order of the page, with their headings.
TITLES = {
    "bench": "Start-up, hand-over, cost",
    "scale": "Scale",
    "soak": "Long runs",
    "cold": "A cold start of the development cluster",
}


def write() -> None:
    """Write the page and the charts of all results that are kept."""
    for name, text in pictures().items():
        (DOCS / name).write_text(text)
    (DOCS / PAGE).write_text(text_of_page())


def text_of_page() -> str:
    """Return the page's text."""
    kept = {name: found for name in TITLES if (found := results.read(name))}
    return "\n".join([_HEAD, *(line for item in kept.items() for line in _part(*item))])


def pictures() -> dict[str, str]:
    """Return the charts by their file names in docs/."""
    kept = {name: found for name in TITLES if (found := results.read(name))}
    return {
        _picture(name, section): charts.chart(figures)
        for name, found in kept.items()
        for section, figures in charts.by_section(found).items()
    }


def _part(name: str, found: Results) -> Iterator[str]:
    yield f"## {TITLES[name]}\n"
    versions = "".join(f", {what} {version}" for what, version in found.versions.items())
    yield f"`{found.command}`, {found.date}: {found.machine}{versions}.\n"
    yield from table.lines(found)
    for section in charts.by_section(found):
        yield f"![{section.replace('-', ' ')}: samples and limits]({_picture(name, section)})\n"


def _picture(name: str, section: str) -> str:
    return f"measured-{name}-{section}.svg"


if __name__ == "__main__":
    write()
