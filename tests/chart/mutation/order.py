"""The tests that speak of what is broken come first, so that the first failure comes soon.

Nothing is left out: a broken line that none of the first notices is seen by all the others.
"""

from __future__ import annotations

from tests.support.likeness import likeness

_EVERY_PART = "test_every_object.py::test_it_is_valid"


def by_likeness(names: list[str], broken: str) -> list[int]:
    """Return the places of `names`, those first that share most words with `broken`.

    Names that share none keep their order. Before all come the tests in which every part is
    rendered, to whom what is no object at all is enough.
    """
    weights = likeness(names, broken)
    return sorted(
        range(len(names)), key=lambda place: (_EVERY_PART not in names[place], -weights[place])
    )
