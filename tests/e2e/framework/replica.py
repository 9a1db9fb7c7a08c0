"""One replica's pod as seen from its machine: its processes and its network, without any API."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING

from devkit.steps import StepError
from tests.e2e.framework.forging_times import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.framework.machines import Machine

# Each process of the pod (by the pod's uid in the name of its control group) as pid and command
# line with paths left out.
_LIST = """
listed() {
  for process in /proc/[0-9]*; do
    if grep -qs "$1" "$process/cgroup"; then
      words=$(tr '\\0' '\\n' < "$process/cmdline" 2>/dev/null | sed 's|.*/||' | tr '\\n' ' ')
      if [ -n "$words" ]; then echo "${process#/proc/} ${words% }"; fi
    fi
  done
}
pid_of() {
  found=$(listed "$1" | sed -n "s/^\\([0-9]*\\) .*$2\\$/\\1/p")
  case "$found" in
    *[!0-9]*|'') echo "'$2' is not one process of the pod: $(listed "$1")" >&2; return 1;;
  esac
  echo "$found"
}
"""
# All pids are found before the first signal is sent, and one call sends it to all.
_SIGNAL = f"""{_LIST}
uid=$1 signal=$2 pids=
shift 2
for command; do pids="$pids $(pid_of "$uid" "$command")"; done
kill -s "$signal" $pids
"""
_PID = f"""{_LIST}
pid_of "$1" "$2"
"""
# By an address, or 0.0.0.0/0 for all; each has a table of its own, so that either can end first.
_TABLE = """
table="e2e-$(echo "$3" | tr ./ --)"
"""
_CUT_OFF = f"""{_LIST}{_TABLE}
nsenter --target "$(pid_of "$1" "$2")" --net nft -f - <<END
add table inet $table
add chain inet $table out {{ type filter hook output priority 0; }}
add chain inet $table in {{ type filter hook input priority 0; }}
add rule inet $table out ip daddr $3 tcp dport {{ 443, 6443 }} drop
add rule inet $table in ip saddr $3 tcp sport {{ 443, 6443 }} drop
END
"""
_JOIN = f"""{_LIST}{_TABLE}
nsenter --target "$(pid_of "$1" "$2")" --net nft delete table inet "$table"
"""
# What brings a pod's output to its log files, which all of its containers are children of, is
# stopped; then the pipes are filled until a writer to them would wait.
_BLOCK_LOG = f"""{_LIST}
pid=$(pid_of "$1" "$2")
kill -STOP "$(ps -o ppid= -p "$pid")"
for pipe in 1 2; do
  head -c 1000000 /dev/zero | tr '\\0' ' ' | timeout 1 tee "/proc/$pid/fd/$pipe" >/dev/null || true
done
"""
# Of a pod, by its uid and the name of a volume in its memory or on its machine's disk.
_VOLUME = "/var/lib/kubelet/pods/$1/volumes/kubernetes.io~empty-dir"
_STATE, _IPC = f"{_VOLUME}/forge-state", f"{_VOLUME}/socket-dir"
_FILL = f"""
dd if=/dev/zero of="{_STATE}/e2e-filling" bs=4096 2>/dev/null || true
touch "{_STATE}/e2e-filling" && ! echo more 2>/dev/null >> "{_STATE}/e2e-filling"
"""
_EMPTY = f'rm -f "{_STATE}/e2e-filling"'
_SLOW_PAGE = f'echo "$2" > "{_IPC}/page-seconds"'
_QUICK_PAGE = f'rm -f "{_IPC}/page-seconds"'
#: Environment of a node whose page of metrics can be slowed.
SLOWED = {"STANDIN_METRICS_SECONDS_FILE": "/ipc/page-seconds"}

# What the kernel counts of a process's start is in ticks since the machine's boot.
_STARTED = f"""{_LIST}
pid=$(pid_of "$1" "$2")
ticks=$(sed 's/.*) //' "/proc/$pid/stat" | cut -d ' ' -f 20)
echo "$ticks $(getconf CLK_TCK) $(cut -d ' ' -f 1 /proc/uptime) $(date +%s.%N)"
"""
# By both versions of control groups: the process's own is looked for by its name.
_MEMORY = f"""{_LIST}
pid=$(pid_of "$1" "$2")
sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\) kB/\\1/p' "/proc/$pid/status"
group=$(sed -n 's/^[0-9]*:\\(memory\\)*:.*\\///p' "/proc/$pid/cgroup" | head -n 1)
directory=$(find /sys/fs/cgroup -type d -path '*memory*' -name "$group" | head -n 1)
directory=${{directory:-$(find /sys/fs/cgroup -type d -name "$group" | head -n 1)}}
cat "$directory/memory.usage_in_bytes" 2>/dev/null || cat "$directory/memory.current"
sed -n 's/^\\(total_\\)*inactive_file //p' "$directory/memory.stat" | tail -n 1
"""


@dataclass(frozen=True)
class Memory:
    """Of a process its resident set; of its container what counts against its limit, but cache."""

    resident_bytes: int
    group_bytes: int

    def __str__(self) -> str:
        resident, group = (each / 1e6 for each in (self.resident_bytes, self.group_bytes))
        return f"resident {resident:.1f} MB, control group {group:.1f} MB"


class Part(Enum):
    """A process of the pod, by the end of its command line."""

    MANAGER = "forge-manager"
    GUARD = "forge-manager guard"
    NODE = "cardano-node run"


def parts(named: str) -> tuple[Part, ...]:
    """Return the processes of a text such as "manager and node"."""
    return tuple(Part[name.upper()] for name in named.split(" and "))


@dataclass(frozen=True)
class Replica:
    """One life of a pod, and the machine it is on."""

    run: Run
    machine: Machine

    @property
    def pod(self) -> str:
        """Its name."""
        return self.run.pod

    def signal(self, name: str, *parts: Part) -> None:
        """Send a signal ("KILL") to these processes, all at once. Raises StepError."""
        self.machine.run(_SIGNAL, self._group, name, *(part.value for part in parts))

    def pid(self, part: Part) -> int:
        """Return the process's pid on its machine. Raises StepError when there is not one."""
        return int(self.machine.run(_PID, self._group, part.value))

    def started_at(self, part: Part) -> datetime:
        """Return when a process was started, to 0.02 s. Raises StepError when there is not one."""
        said = self.machine.run(_STARTED, self._group, part.value).split()
        ticks, per_second, uptime_s, now_s = map(float, said)
        return datetime.fromtimestamp(now_s - uptime_s + ticks / per_second, UTC)

    def memory(self, part: Part) -> Memory:
        """Return what a process, and the container it is in, take now. Raises StepError."""
        resident_kb, used, inactive = self.machine.run(_MEMORY, self._group, part.value).split()
        return Memory(int(resident_kb) * 1024, int(used) - int(inactive))

    @contextlib.contextmanager
    def stopped(self, *parts: Part) -> Iterator[None]:
        """Stop these processes within; then continue those of them that are still there."""
        self.signal("STOP", *parts)
        try:
            yield
        finally:
            self.carry_on(*parts)

    def carry_on(self, *parts: Part) -> None:
        """Continue those of these processes that are there."""
        for part in parts:
            with contextlib.suppress(StepError):
                self.signal("CONT", part)

    @contextlib.contextmanager
    def cut_off(self, address: str = "0.0.0.0/0") -> Iterator[None]:
        """Drop, within, every packet between this pod and the API server, without a word.

        With several clusters, `address` is that of the one whose API server is meant.
        """
        # Through the guard: it lives as long as the pod does.
        arguments = self._group, Part.GUARD.value, address
        self.machine.run(_CUT_OFF, *arguments)
        try:
            yield
        finally:
            with contextlib.suppress(StepError):  # the pod may be gone, and its network with it
                self.machine.run(_JOIN, *arguments)

    @contextlib.contextmanager
    def log_blocked(self, part: Part) -> Iterator[None]:
        """Have, within, nobody take what this pod writes, and no room left in this one's pipes.

        Nobody is told either, meanwhile, of a process of it that ends.
        """
        self.machine.run(_BLOCK_LOG, self._group, part.value)
        try:
            yield
        finally:
            self.machine.continue_logs()

    @contextlib.contextmanager
    def state_volume_filled(self) -> Iterator[None]:
        """Leave no room, within, on the volume that manager and guard share."""
        self.machine.run(_FILL, self.run.uid)
        try:
            yield
        finally:
            self.machine.run(_EMPTY, self.run.uid)

    @contextlib.contextmanager
    def page_slowed(self, seconds: float) -> Iterator[None]:
        """Have each page of the node's metrics take so long within."""
        self.machine.run(_SLOW_PAGE, self.run.uid, str(seconds))
        try:
            yield
        finally:
            self.machine.run(_QUICK_PAGE, self.run.uid)

    @property
    def _group(self) -> str:
        # systemd's groups are named with underscores.
        return self.run.uid.replace("-", "[-_]")
