"""When pods were created, by this machine's clock: the API tells whole seconds only."""

from __future__ import annotations

import subprocess
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from devkit import steps

if TYPE_CHECKING:
    from devkit.namespace import Namespace

_DEADLINE_S = 10.0
_POLL_S = 0.05


class Creations:
    """A running watch of a namespace's pods; notes when each was seen first."""

    def __init__(self, namespace: Namespace) -> None:
        kubectl = namespace.kubectl
        self._process = subprocess.Popen(
            [
                *(kubectl.program, "--kubeconfig", kubectl.kubeconfig),
                *("get", "pods", "--namespace", namespace.name, "--watch"),
                "--output=jsonpath={.metadata.uid}{'\\n'}",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._seen: dict[str, datetime] = {}
        self._reader = threading.Thread(target=self._read)

    def __enter__(self) -> Self:
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        self._reader.join()

    def at(self, uid: str) -> datetime:
        """Return when the pod with this uid was created. Raises StepError."""
        return steps.wait_for(
            f"the watch to tell of the pod {uid}",
            lambda: self._seen.get(uid),
            deadline_s=_DEADLINE_S,
            interval_s=_POLL_S,
        )

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._seen.setdefault(line.strip(), datetime.now(UTC))
