"""The API server of a kind cluster: stopped for a while, or made to write down who asks it what."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from devkit import steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devkit.kubectl import Kubectl
    from tests.e2e.framework.machines import Machine

_MANIFEST = "/etc/kubernetes/manifests/kube-apiserver.yaml"
# Outside the kubelet's directory; while it exists, the manifest is not as it should be.
_ASIDE = "/etc/kubernetes/kube-apiserver.yaml.e2e"
# The API server sees this directory.
_POLICY = "/etc/kubernetes/pki/e2e-audit-policy.yaml"
_RESTORE = f"""
if [ -e {_ASIDE} ]; then mv {_ASIDE} {_MANIFEST}; fi
rm -f {_POLICY}
"""
_STOP = f"mv {_MANIFEST} {_ASIDE}"
# Again and again: the kubelet may start it once more before it knows that the manifest is gone.
_KILL = "pkill -KILL -x kube-apiserver || true"
_AUDIT = f"""
cat > {_POLICY}
cp {_MANIFEST} {_ASIDE}
sed 's|^    - kube-apiserver$|&\\n    - --audit-policy-file={_POLICY}\\n    - --audit-log-path=-|' \
  {_ASIDE} > {_ASIDE}.new
mv {_ASIDE}.new {_MANIFEST}
"""
# The bracket keeps the pattern from finding the shell that looks for it.
_IS_AUDITING = "pgrep -f 'kube-apiserve[r].*--audit-log-path=-' || true"
_READ_AUDIT = "cat /var/log/pods/kube-system_kube-apiserver-*/kube-apiserver/*.log"
_POD_NAME = "authentication.kubernetes.io/pod-name"
_DEADLINE_S = 120.0


@dataclass(frozen=True)
class ApiServer:
    """The API server on the control plane's machine."""

    machine: Machine
    kubectl: Kubectl

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """Keep it from running within."""
        try:
            self.machine.run(_STOP)
            self.kill()
            yield
        finally:
            self.restore()

    def kill(self) -> None:
        """End its process, if it runs."""
        self.machine.run(_KILL)

    @contextlib.contextmanager
    def audited(self, namespace: str) -> Iterator[None]:
        """Have every request in a namespace written down within. It restarts before and after."""
        rules = [
            {"level": "Metadata", "namespaces": [namespace], "omitStages": ["RequestReceived"]},
            {"level": "None"},
        ]
        policy = {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": rules}
        try:
            self.machine.run(_AUDIT, text=json.dumps(policy))
            steps.wait_for(
                "the API server to audit",
                lambda: self.machine.run(_IS_AUDITING) and self._answers(),
                deadline_s=_DEADLINE_S,
            )
            yield
        finally:
            self.restore()

    def requests(self) -> Counter[str]:
        """Return how many requests each pod's service account token has made while audited."""
        seen: dict[str, str] = {}
        for line in self.machine.run(_READ_AUDIT).splitlines():
            event = _event(line)
            extra = event.get("user", {}).get("extra", {})
            if _POD_NAME in extra:
                seen[event["auditID"]] = extra[_POD_NAME][0]
        return Counter(seen.values())

    def restore(self) -> None:
        """Have it run as it should, whatever was done to it."""
        self.machine.run(_RESTORE)
        self.wait_until_back()

    def wait_until_back(self) -> None:
        """Wait until it answers, and audits nothing."""
        steps.wait_for(
            "the API server to be back",
            lambda: not self.machine.run(_IS_AUDITING) and self._answers(),
            deadline_s=_DEADLINE_S,
        )

    def _answers(self) -> bool:
        try:
            return self.kubectl.text("get", "--raw", "/readyz", deadline_s=5) == "ok"
        except steps.StepError:
            return False


def _event(line: str) -> dict[str, Any]:
    """Return the audit event in a line of the container's log; empty when it is something else."""
    start = line.find('{"kind":"Event"')
    if start < 0:
        return {}
    found: dict[str, Any] = json.loads(line[start:])
    return found
