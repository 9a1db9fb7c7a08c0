"""Parse environment variables, collecting every problem instead of stopping at the first.

A variable that is set but empty counts as not set, because charts render optional values that way.
If empty means something, `text_or_none` reads it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from enum import StrEnum

_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off"})
_KUBERNETES_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
_URL = re.compile(r"https?://(?P<user>[^\s/?#@]*@)?[^\s/?#@]+([/?]\S*)?")
_USER_IN_URL = re.compile(r"//[^\s/]*@")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SHOWN_LENGTH = 80

ChoiceT = TypeVar("ChoiceT", bound="StrEnum")


class SettingsError(Exception):
    """One or more variables have values that are not allowed; `problems` lists each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Environment:
    """Typed reads from a mapping of variables; `finish` raises what went wrong meanwhile."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._problems: list[str] = []

    def finish(self) -> None:
        """Raise SettingsError when any variable read so far was not allowed."""
        if self._problems:
            raise SettingsError(self._problems)

    def reject(self, name: str, allowed: str) -> None:
        """Record that a variable's value is not allowed, saying what is."""
        value = _USER_IN_URL.sub("//...@", self._variables.get(name, ""))
        shown = value if len(value) <= _SHOWN_LENGTH else value[:_SHOWN_LENGTH] + "..."
        self._problems.append(f"{name}={shown!r} is not allowed: {allowed}")

    def is_set(self, name: str) -> bool:
        """Tell whether a variable has a value."""
        return bool(self._variables.get(name, "").strip())

    def text(self, name: str, default: str = "") -> str:
        """Return any one-line text."""
        value = self._raw(name)
        if value is None:
            return default
        if _CONTROL.search(value):
            self.reject(name, "it must be one line without control characters")
            return default
        return value

    def text_or_none(self, name: str, default: str) -> str:
        """Return any one-line text; a variable that is set but empty says "none", and is empty."""
        if name in self._variables and not self.is_set(name):
            return ""
        return self.text(name, default)

    def integer(self, name: str, default: int, *, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`."""
        value = self._raw(name)
        if value is None:
            return default
        # A length bound first: int() of a very long digit string raises or takes long.
        number = int(value) if re.fullmatch(r"-?[0-9]{1,18}", value) else None
        if number is None or not low <= number <= high:
            self.reject(name, f"it must be a whole number from {low} to {high}")
            return default
        return number

    def boolean(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._raw(name)
        if value is None:
            return default
        if value.lower() in _TRUE:
            return True
        if value.lower() not in _FALSE:
            self.reject(name, "it must be true or false")
            return default
        return False

    def choice(self, name: str, default: ChoiceT) -> ChoiceT:
        """Return a member of the default's enumeration, whatever the case of its letters."""
        value = self._raw(name)
        if value is None:
            return default
        members = type(default)
        for member in members:
            if member.value.lower() == value.lower():
                return member
        self.reject(name, "it must be one of " + ", ".join(m.value for m in members))
        return default

    def absolute_path(self, name: str, default: str) -> Path:
        """Return an absolute path."""
        return self.optional_path(name) or Path(default)

    def optional_path(self, name: str) -> Path | None:
        """Return an absolute path, or None when the variable is not set."""
        value = self._raw(name)
        if value is None:
            return None
        if not value.startswith("/") or "\0" in value or value.endswith("/.."):
            self.reject(name, "it must be an absolute path")
            return None
        return Path(value)

    def kubernetes_name(self, name: str, default: str) -> str:
        """Return a name that Kubernetes accepts for an object (RFC 1123 subdomain)."""
        value = self._raw(name)
        if value is None:
            return default
        if not _KUBERNETES_NAME.fullmatch(value):
            self.reject(name, "it must be lower-case letters, digits, '-' and '.'")
            return default
        return value

    def kubernetes_names(self, name: str) -> tuple[str, ...]:
        """Return names that Kubernetes accepts for objects, with commas between them."""
        value = self._raw(name)
        names = [] if value is None else value.split(",")
        if not all(map(_KUBERNETES_NAME.fullmatch, names)):
            self.reject(name, "it must be names of lower-case letters, digits, '-' and '.'")
            return ()
        return tuple(names)

    def optional_url(self, name: str, *, with_user: bool = False) -> str | None:
        """Return an http or https URL, or None; with user and password in it only if allowed."""
        value = self._raw(name)
        if value is None:
            return None
        url = _URL.fullmatch(value)
        if url is None or (url["user"] and not with_user):
            without = "" if with_user else " and has no user name"
            self.reject(name, f"it must be a URL that begins with http:// or https://{without}")
            return None
        return value

    def secret_object(self, name: str, *, allows: Callable[[str, object], bool]) -> dict[str, str]:
        """Return a JSON object of texts that `allows` accepts; its values are never shown."""
        value = self._raw(name)
        if value is None:
            return {}
        try:
            found = json.loads(value)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict) or not all(allows(*entry) for entry in found.items()):
            self._problems.append(f"{name} is not allowed: it must be a JSON object of headers")
            return {}
        return found

    def _raw(self, name: str) -> str | None:
        value = self._variables.get(name, "").strip()
        return value or None
