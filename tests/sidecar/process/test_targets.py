"""Targets as file systems really fail: full, and read-only."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.sidecar.gate.secret_volume import SecretVolume
from tests.sidecar.process.sidecar_process import SidecarProcess
from tests.support.keys import Pool

if TYPE_CHECKING:
    from tests.sidecar.conftest import Volumes

_PRIVATE_MOUNTS = ["unshare", "--mount", "--propagation", "private"]


def _may_mount() -> bool:
    attempt = [*_PRIVATE_MOUNTS, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    try:
        return subprocess.run(attempt, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not _may_mount(), reason="needs the right to mount a tmpfs")
@pytest.mark.parametrize(
    ("options", "reason"),
    [("size=4k,nr_inodes=100", "TargetFull"), ("ro", "TargetNotWritable")],
)
def test_a_target_that_cannot_take_the_set_is_an_error_and_no_crash(
    volumes: Volumes, options: str, reason: str
) -> None:
    SecretVolume(volumes.source).update(Pool.generate(b"targets").issue().by_name())
    mount = f'mount -t tmpfs -o {options} tmpfs "$0" && exec "$@"'
    wrapper = [*_PRIVATE_MOUNTS, "sh", "-c", mount, str(volumes.target)]
    with SidecarProcess(volumes, wrapper=wrapper) as sidecar:
        sidecar.wait_for_status(503, reason)
        assert sidecar.get("/health").status == 200
        assert sidecar.end() == 0
        assert len(sidecar.events("startup gate")) == 1
