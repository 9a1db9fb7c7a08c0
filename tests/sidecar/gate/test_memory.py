"""Which file system holds a directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from forge_manager.gate.memory import file_system_of, is_in_memory

MOUNTS = """\
22 1 0:21 / / rw,relatime - overlay overlay rw
40 22 0:35 / /opt/cardano/secrets rw - tmpfs tmpfs rw,size=65536k
41 22 0:36 / /opt/with\\040space rw shared:1 - ext4 /dev/vda1 rw
malformed
"""


@pytest.mark.parametrize(
    ("directory", "kind"),
    [
        ("/opt/cardano/secrets", "tmpfs"),
        ("/opt/cardano/secrets/deeper", "tmpfs"),
        ("/opt/cardano", "overlay"),
        ("/opt/cardano/secrets-other", "overlay"),
        ("/opt/with space/x", "ext4"),
    ],
)
def test_the_nearest_mount_counts(directory: str, kind: str) -> None:
    assert file_system_of(Path(directory), MOUNTS) == kind


def test_nothing_is_claimed_without_knowledge(monkeypatch: pytest.MonkeyPatch) -> None:
    assert file_system_of(Path("/x"), "") is None
    monkeypatch.setattr("forge_manager.gate.memory._MOUNTS", Path("/nowhere"))
    assert is_in_memory(Path("/x")) is None


def test_dev_shm_is_in_memory() -> None:
    assert is_in_memory(Path("/dev/shm")) is True  # noqa: S108 (only looked at)
