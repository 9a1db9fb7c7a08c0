"""What takes long to install is shared by cases that run one after another, while it is good."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Generic, TypeVar

from tests.e2e.framework.namespaces import begin_deletion

if TYPE_CHECKING:
    from devkit.kubectl import Kubectl
    from tests.e2e.framework.record import SystemUnderTest

S = TypeVar("S", bound="SystemUnderTest")


class Shared(ABC, Generic[S]):
    """Holds one, and installs another when there is none or a case on it has failed."""

    def __init__(self) -> None:
        self._present: S | None = None

    def present(self) -> S:
        """Return the one that is there and good, else a new one."""
        if self._present is None or self._present.condemned:
            return self.fresh()
        return self._present

    def fresh(self) -> S:
        """Return one that has just been installed."""
        self.discard()
        # Kept before it is installed, so that half of one is removed, too.
        self._present = made = self._make()
        try:
            self._install(made)
        except BaseException:
            self.discard()
            raise
        return made

    def discard(self) -> None:
        """Have the one there is removed."""
        if self._present is not None:
            self._remove(self._present)
            self._present = None

    @abstractmethod
    def _make(self) -> S: ...

    @abstractmethod
    def _install(self, made: S) -> None: ...

    @abstractmethod
    def _remove(self, present: S) -> None: ...


def remove_left_over(kubectl: Kubectl, suite: str) -> None:
    """Have the namespaces removed that an interrupted run of this suite left."""
    names = (one["metadata"]["name"] for one in kubectl.items("namespaces"))
    left = [name for name in names if name.startswith(f"{suite}-")]
    if left:
        begin_deletion(kubectl, *left)
