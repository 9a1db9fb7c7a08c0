"""Where credentials go beside a guard: the checked set, and the node's paths before its start.

So it first asks whether there is a node: at its socket, then among all processes. Once a node is
up, its paths belong to the forging machine (a standby has no keys there), and when a node ends,
both machine and guard put the checked set back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.reasons import NOBODY_LISTENS, Reason
from forge_manager.gate.target import TargetDirectory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path


class GuardedTarget:
    """Stands in for a TargetDirectory.

    `check_socket` tells whether a node is up, `node_runs` whether a process has its name.
    """

    def __init__(
        self,
        *,
        checked: Path,
        live: Path,
        check_socket: Callable[[], Reason],
        node_runs: Callable[[], bool],
    ) -> None:
        self.directory = checked
        self._checked = TargetDirectory(checked)
        self._live = TargetDirectory(live)
        self._check_socket = check_socket
        self._node_runs = node_runs

    def install(self, files: Mapping[str, bytes]) -> None:
        """Make these files the checked set, and put them at the node's paths if there is no node.

        Looks for a node at its socket, which takes a second if that hangs, and among all processes.
        Raises RejectionError; the previous set then stays.
        """
        self._checked.install(files)
        # A booting node may be reading its files, one after the other; one that shuts down, with
        # its socket already closed, may be a standby, whose keys were removed.
        if not (self._node_is_up() or self._node_runs()):
            self._live.install(files)

    def current(self) -> str | None:
        """Return the name of the checked set."""
        return self._checked.current()

    def is_in_form(self, names: Iterable[str]) -> bool:
        """Tell whether everything is in place for a node that starts now."""
        names = list(names)
        in_place = self._node_is_up() or _is_whole(self._live, names)
        return in_place and _is_whole(self._checked, names)

    def sweep(self) -> None:
        """Delete earlier checked sets, and what a crash left behind."""
        self._checked.sweep()

    def _node_is_up(self) -> bool:
        # A frozen or overloaded node is up as well.
        found = self._check_socket()
        return (
            self._node_runs() if found is Reason.NODE_SOCKET_HANGS else found not in NOBODY_LISTENS
        )


def _is_whole(target: TargetDirectory, names: list[str]) -> bool:
    """Tell whether the links lead somewhere: they stay when a set is removed."""
    files = all((target.directory / name).is_file() for name in names)
    return files and target.is_in_form(names)
