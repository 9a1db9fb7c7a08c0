"""Samples of a page in Prometheus' text format, read without a library."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[^\n])*)"'
_LABELS = re.compile(_LABEL)
_SAMPLE = re.compile(
    r"^([a-zA-Z_:][a-zA-Z0-9_:]*)"
    r'(?:\{((?:[^"\n}]|"(?:[^"\\\n]|\\[^\n])*")*)\}[ \t]*|[ \t]+)'
    r"([^ \t\r\n{}]+)",
    re.MULTILINE,
)
_ESCAPED = re.compile(r"\\(.)")
_MEANINGS = {"n": "\n"}


class Sample(NamedTuple):
    """One line of a page: a name, its labels, its value."""

    name: str
    labels: dict[str, str]
    value: float


def samples(page: str) -> Iterator[Sample]:
    """Give each sample of a page, in order; other lines are skipped.

    The format: https://prometheus.io/docs/instrumenting/exposition_formats/, text, version 0.0.4.
    """
    for name, labels, text in _SAMPLE.findall(page):
        try:
            value = float(text)
        except ValueError:
            continue
        yield Sample(name, {key: _plain(said) for key, said in _LABELS.findall(labels)}, value)


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: _MEANINGS.get(found[1], found[1]), text)
