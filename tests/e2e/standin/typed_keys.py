"""Keys of a configuration by kind, as aeson reads them: null is as good as absent.

Each raises ValueError that names the key and its value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def flag(settings: Mapping[str, object], key: str) -> bool:
    """Return true or false, which is what absent means."""
    value = settings.get(key)
    if value is not None and not isinstance(value, bool):
        raise ValueError(f"{key} is {value!r}, not true or false")
    return value is True


def text(settings: Mapping[str, object], key: str) -> str | None:
    """Return a text."""
    value = settings.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{key} is {value!r}, not a text")
    return value


def number(settings: Mapping[str, object], key: str, usual: float) -> float:
    """Return a number of 0 or more."""
    value = settings.get(key)
    if value is None:
        return usual
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"{key} is {value!r}, not a number of 0 or more")
    return value


def whole_number(settings: Mapping[str, object], key: str, usual: int) -> int:
    """Return a whole number of 0 or more; 4320.0 is one."""
    found = number(settings, key, usual)
    if found != int(found):
        raise ValueError(f"{key} is {found!r}, not a whole number")
    return int(found)


def section(settings: Mapping[str, object], key: str) -> Mapping[str, object]:
    """Return an object, empty when it is absent."""
    value = settings.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError(f"{key} is {value!r}, not an object")  # noqa: TRY004 -- as its like
    return value
