"""What pods' processes take is read from their machine's /proc, each life of a process apart."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.replica import Part
from tests.e2e.framework.usage import Process, Usage, usage

if TYPE_CHECKING:
    from pathlib import Path

UID, OTHER = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "ab")
SYSTEMD = "0::/kubelet-kubepods-pod{}.slice/cri-containerd-1.scope"
CGROUPFS = "0::/kubelet/kubepods/burstable/pod{}/1"


@dataclass
class FakeMachine:
    """Has a /proc of its own, whose scripts run here."""

    proc: Path

    def run(self, script: str, *arguments: str) -> str:
        command = ["sh", "-euc", script, "sh", str(self.proc), *arguments[1:]]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def begin(
        self,
        pid: int,
        *command: str,
        group: str = CGROUPFS.format(UID),
        name: str = "python3",
        descriptors: int = 3,
        threads: int = 4,
        started: int = 77,
    ) -> None:
        directory = self.proc / str(pid)
        (directory / "fd").mkdir(parents=True)
        for number in range(descriptors):
            (directory / "fd" / str(number)).symlink_to(f"socket:[{number}]")
        (directory / "cgroup").write_text(f"{group}\n")
        (directory / "cmdline").write_bytes(b"".join(f"{word}\0".encode() for word in command))
        (directory / "status").write_text(f"Name:\t{name}\nVmRSS:\t    2000 kB\nThreads:\t9\n")
        fields = ["S", *(str(number) for number in range(4, 53))]
        for number, value in ((14, 150), (15, 50), (20, threads), (22, started)):
            fields[number - 3] = str(value)
        (directory / "stat").write_text(f"{pid} ({name}) {' '.join(fields)}\n")


@pytest.fixture
def machine(tmp_path: Path) -> FakeMachine:
    (tmp_path / "volume" / "journal").mkdir(parents=True)
    (tmp_path / "volume" / "journal" / UID).touch()
    return FakeMachine(tmp_path / "proc")


def used(machine: FakeMachine) -> dict[Process, Usage]:
    return usage(machine, [str(machine.proc.parent / "volume")])


@pytest.mark.parametrize("group", [CGROUPFS.format(UID), SYSTEMD.format(UID.replace("-", "_"))])
def test_each_part_of_a_pod_is_a_process_with_what_it_takes(
    machine: FakeMachine, group: str
) -> None:
    machine.begin(11, "/usr/bin/python3", "/opt/bin/forge-manager", group=group)
    machine.begin(12, "python3", "/opt/bin/forge-manager", "guard", group=group, descriptors=1)
    machine.begin(13, "python3", "/opt/cardano-node", "run", group=group, name="a) (b", started=5)
    taken = Usage(resident_mb=2.048, descriptors=3, threads=4, cpu_s=2.0)
    assert used(machine) == {
        Process(UID, Part.MANAGER, 11, 77): taken,
        Process(UID, Part.GUARD, 12, 77): Usage(2.048, 1, 4, 2.0),
        Process(UID, Part.NODE, 13, 5): taken,
    }


def test_what_is_no_part_of_the_pods_is_left_out(machine: FakeMachine) -> None:
    machine.begin(11, "forge-manager", group=CGROUPFS.format(OTHER))
    machine.begin(12, "sh", "-c", "other-scrapers")
    machine.begin(13, "forge-manager", "probe", "http://localhost:8000")
    machine.begin(14, "forge-manager")
    (machine.proc / "14" / "cmdline").write_bytes(b"")  # it has ended, and is not waited for yet
    machine.begin(15, "forge-manager")
    (machine.proc / "15" / "status").unlink()
    assert used(machine) == {}


def test_before_the_first_node_has_started_there_is_nothing(machine: FakeMachine) -> None:
    machine.begin(11, "forge-manager")
    (machine.proc.parent / "volume" / "journal" / UID).unlink()
    assert used(machine) == {}
