"""The tests that speak of what is broken come first, so that the first failure comes soon.

Nothing is left out: a broken line that none of the first notices is seen by all the others.
"""

from __future__ import annotations

import re
from collections import Counter

_EVERY_PART = "test_every_object.py::test_it_is_valid"
_WORD = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}")


def by_likeness(names: list[str], broken: str) -> list[int]:
    """Return the places of `names`, those first that share most words with `broken`.

    A word counts the more the fewer names have it; names that share none keep their order. Before
    all come the tests in which every part is rendered, to whom what is no object at all is enough.
    """
    words = [_words(name) for name in names]
    spread = Counter(word for of_name in words for word in of_name)
    sought = _words(broken)
    weights = [sum(1 / spread[word] for word in of_name & sought) for of_name in words]
    return sorted(
        range(len(names)), key=lambda place: (_EVERY_PART not in names[place], -weights[place])
    )


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}
