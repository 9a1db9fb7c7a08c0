"""The endpoint that says whether a cluster is fit to forge: a pod, well or not as a case wants."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from devkit import steps
from tests.e2e.framework.history import is_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devkit.namespace import Namespace

_NAME = "health"
_PORT = 8080
_UID = 10001
_READY_DEADLINE_S = 60.0
# The endpoint is a file, which is there while the cluster is well.
_FILE = "/served/well"
_SERVE = f"touch {_FILE} && exec python3 -m http.server {_PORT} --directory /served"


@dataclass(frozen=True)
class HealthServer:
    """One in the namespace of a release; `image` has a shell and Python."""

    namespace: Namespace
    image: str

    @property
    def endpoint(self) -> str:
        """What the managers ask."""
        return f"http://{_NAME}.{self.namespace.name}:{_PORT}/well"

    def create(self) -> None:
        """Create it and wait until it answers: well."""
        labels = {"app": _NAME}
        self.namespace.apply(
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": _NAME},
                "spec": {"selector": labels, "ports": [{"port": _PORT}]},
            }
        )
        self.namespace.apply(
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"name": _NAME, "labels": labels},
                "spec": self._pod_spec(),
            }
        )
        steps.wait_for(
            f"the health server in {self.namespace.name}",
            lambda: any(
                is_up(pod, _NAME) for pod in self.namespace.items("pods", f"--selector=app={_NAME}")
            ),
            deadline_s=_READY_DEADLINE_S,
        )

    @contextlib.contextmanager
    def failing(self) -> Iterator[None]:
        """Have it answer 404 within."""
        self._execute("rm", _FILE)
        try:
            yield
        finally:
            self._execute("touch", _FILE)

    def _execute(self, *command: str) -> None:
        self.namespace.run("exec", _NAME, "--", *command)

    def _pod_spec(self) -> dict[str, Any]:
        asked = {"httpGet": {"path": "/well", "port": _PORT}, "periodSeconds": 1}
        return {
            "terminationGracePeriodSeconds": 0,
            "automountServiceAccountToken": False,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": _UID,
                "fsGroup": _UID,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "volumes": [{"name": "served", "emptyDir": {}}],
            "containers": [
                {
                    "name": _NAME,
                    "image": self.image,
                    "imagePullPolicy": "IfNotPresent",
                    "command": ["sh", "-c", _SERVE],
                    "startupProbe": asked,
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "capabilities": {"drop": ["ALL"]},
                    },
                    "volumeMounts": [{"name": "served", "mountPath": "/served"}],
                }
            ],
        }
