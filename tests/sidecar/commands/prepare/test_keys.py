"""`forge-manager prepare` for a producer without a manager: copies of its keys for the node."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from forge_manager.commands.prepare.command import prepare
from tests.sidecar.base.test_logs import restored

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sidecar.commands.prepare.conftest import Pod

__all__ = ["restored"]

FILES = {"kes.skey": b"kes", "vrf.skey": b"vrf", "node.cert": b"cert"}
VARIABLES = {"KES_KEY": "kes.skey", "VRF_KEY": "vrf.skey", "OP_CERT": "node.cert"}


@pytest.fixture
def target(pod: Pod) -> Path:
    """The directory in which the node looks; the source is filled as a Secret volume is."""
    pod.give_genesis()
    source, target = pod.root / "secrets", pod.root / "live"
    for directory in (source, target):
        directory.mkdir()
    for name, content in FILES.items():
        (source / name).write_bytes(content)
        (source / name).chmod(0o440)
    for side, directory in (("SOURCE", source), ("TARGET", target)):
        for variable, name in VARIABLES.items():
            pod.more[f"{side}_{variable}"] = str(directory / name)
    pod.more["PROVIDE_KEYS"] = "true"
    return target


def test_the_node_gets_copies_that_only_it_may_read(pod: Pod, target: Path) -> None:
    assert prepare(pod.environment) == 0
    assert {name: (target / name).read_bytes() for name in FILES} == FILES
    assert {stat.S_IMODE((target / name).stat().st_mode) for name in FILES} == {0o400}
    assert prepare(pod.environment) == 0, "a second time does the same"


def test_without_being_asked_it_leaves_keys_alone(pod: Pod, target: Path) -> None:
    del pod.more["PROVIDE_KEYS"]
    assert prepare(pod.environment) == 0
    assert not list(target.iterdir())


def test_all_that_is_missing_is_said_and_nothing_is_put_in_place(
    pod: Pod, target: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("vrf.skey", "node.cert"):
        (pod.root / "secrets" / name).unlink()
    assert prepare(pod.environment) == 1
    said = capfd.readouterr().err
    assert "vrf.skey does not exist yet" in said
    assert "node.cert does not exist yet" in said
    assert not list(target.iterdir())


def test_a_target_that_is_not_there_is_said(
    pod: Pod, target: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    target.rmdir()
    assert prepare(pod.environment) == 1
    assert "mount a memory-backed emptyDir there" in capfd.readouterr().err
