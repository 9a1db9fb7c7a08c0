"""The user's own kubectl, which can log in wherever the user can."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass

_DEADLINE_S = 60.0
# Of one request; the API server's own limit for ordinary ones is a minute.
_REQUEST_TIMEOUT = "--request-timeout=15s"
_INSTALL = "install it (https://kubernetes.io/docs/tasks/tools/) or name it by --kubectl"


class ClusterError(Exception):
    """The cluster did not answer; the text says what was asked, and why it failed."""


@dataclass(frozen=True)
class Kubectl:
    """kubectl for one cluster. `kubeconfig`, `context`: "" for what kubectl takes by itself."""

    program: str = "kubectl"
    kubeconfig: str = ""
    context: str = ""

    def text(self, *arguments: str) -> str:
        """Run it and return its output. Raises ClusterError, also after 60 s."""
        command = [self.program, *self._options(), _REQUEST_TIMEOUT, *arguments]
        asked = f"kubectl {' '.join(arguments)}"
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_DEADLINE_S,
                check=False,
            )
        except FileNotFoundError:
            raise ClusterError(f"{self.program} was not found: {_INSTALL}") from None
        except OSError as error:
            raise ClusterError(f"{self.program} cannot be run: {error.strerror}") from None
        except subprocess.TimeoutExpired:
            raise ClusterError(f"`{asked}` did not finish within {_DEADLINE_S:.0f} s") from None
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip()
            raise ClusterError(f"`{asked}` failed: {said or f'exit code {done.returncode}'}")
        return done.stdout.decode(errors="replace")

    def _options(self) -> list[str]:
        given = {"kubeconfig": self.kubeconfig, "context": self.context}
        return [f"--{name}={value}" for name, value in given.items() if value]
