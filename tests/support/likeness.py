"""How much a test's name speaks of a text, so that the tests that may fail are run first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}")


def likeness(names: Sequence[str], text: str) -> list[float]:
    """Return the weight of each name: a word that it shares counts the more the fewer have it."""
    words = [_words(name) for name in names]
    spread = Counter(word for of_name in words for word in of_name)
    sought = _words(text)
    return [sum(1 / spread[word] for word in of_name & sought) for of_name in words]


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}
