"""An API server and its etcd as plain processes; every request that it audits is known."""

from __future__ import annotations

import http.client
import json
import secrets
import subprocess
import time
from typing import TYPE_CHECKING

from bench.scale import admin
from bench.scale.admin import Admin
from bench.scale.sandbox import HOST
from devkit.steps import StepError, wait_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PORT = 6443
_ETCD_ADDRESS = ("127.0.0.1", 2379)
_ETCD = "http://{}:{}".format(*_ETCD_ADDRESS)
_ETCD_PEER = "http://127.0.0.1:2380"
_READY_DEADLINE_S = 120.0
_POLL_S = 0.05
_POLICY = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "rules": [{"level": "Metadata"}],
}


class ApiServer:
    """Started, killed and started again; etcd lives on."""

    def __init__(self, programs: Mapping[str, Path], directory: Path) -> None:
        """Make its certificates; `programs` by name (bench.scale.programs)."""
        self._programs = programs
        self._directory = directory
        self._keys = directory / "pki"
        directory.mkdir()
        token = secrets.token_hex()
        (directory / "tokens").write_text(f'{token},{admin.NAME},{admin.NAME},"system:masters"\n')
        (directory / "policy").write_text(json.dumps(_POLICY))
        self._make_certificates()
        self.admin = Admin(HOST, PORT, self.authority, token)
        self.etcd = self._start("etcd", *self._etcd_flags())
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def authority(self) -> Path:
        """The certificate that clients trust."""
        return self._keys / "ca.crt"

    @property
    def audit_log(self) -> Path:
        """One event a line."""
        return self._directory / "audit.log"

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        if self.process is None:
            raise RuntimeError("the API server does not run")
        return self.process.pid

    def start(self) -> float:
        """Start it and wait until it is ready; returns when that was, by the monotonic clock.

        Raises StepError.
        """
        process = self.process = self._start("kube-apiserver", *self._flags())

        def is_ready() -> bool:
            if process.poll() is not None:
                raise StepError(f"the API server has ended:\n{self._log_tail()}")
            return self.admin.is_ready()

        wait_for(
            "the API server to be ready",
            is_ready,
            deadline_s=_READY_DEADLINE_S,
            diagnose=self._log_tail,
            interval_s=_POLL_S,
        )
        return time.monotonic()

    def kill(self) -> None:
        """Kill it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def etcd_metrics(self) -> str:
        """Return etcd's page of metrics."""
        connection = http.client.HTTPConnection(*_ETCD_ADDRESS, timeout=_READY_DEADLINE_S)
        try:
            connection.request("GET", "/metrics")
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def _start(self, name: str, *flags: str) -> subprocess.Popen[bytes]:
        with (self._directory / f"{name}.log").open("ab") as output:
            return subprocess.Popen(
                [self._programs[name], *flags],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def _log_tail(self) -> str:
        return "\n".join((self._directory / "kube-apiserver.log").read_text().splitlines()[-20:])

    def _make_certificates(self) -> None:
        version = subprocess.check_output([self._programs["kubeadm"], "version", "-o", "short"])
        subprocess.run(
            [
                self._programs["kubeadm"],
                *("init", "phase", "certs", "all", "--cert-dir", str(self._keys)),
                *("--apiserver-advertise-address", HOST),
                *("--kubernetes-version", version.decode().strip()),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def _etcd_flags(self) -> tuple[str, ...]:
        return (
            f"--data-dir={self._directory / 'etcd'}",
            f"--listen-client-urls={_ETCD}",
            f"--advertise-client-urls={_ETCD}",
            f"--listen-peer-urls={_ETCD_PEER}",
            f"--initial-advertise-peer-urls={_ETCD_PEER}",
            f"--initial-cluster=default={_ETCD_PEER}",
            "--log-level=warn",
        )

    def _flags(self) -> tuple[str, ...]:
        return (
            f"--etcd-servers={_ETCD}",
            f"--advertise-address={HOST}",
            f"--secure-port={PORT}",
            f"--tls-cert-file={self._keys / 'apiserver.crt'}",
            f"--tls-private-key-file={self._keys / 'apiserver.key'}",
            "--authorization-mode=RBAC",
            f"--token-auth-file={self._directory / 'tokens'}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={self._keys / 'sa.pub'}",
            f"--service-account-signing-key-file={self._keys / 'sa.key'}",
            "--service-cluster-ip-range=10.96.0.0/16",
            f"--audit-policy-file={self._directory / 'policy'}",
            f"--audit-log-path={self.audit_log}",
            "--audit-log-maxsize=4000",
        )
