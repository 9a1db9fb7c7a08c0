"""A container runtime that asks for no more capabilities than this machine can give.

`docker run --privileged` asks for every capability the kernel knows. Where the machine's own
bounding set lacks one (some sandboxes drop CAP_SYS_RESOURCE), runc then refuses to start the
container. This program removes what is lacking from the files runc is about to read and becomes
runc. It is copied into the cache and run by dockerd, so it uses the standard library alone.

The file formats are those of the OCI runtime specification (config.json, process.json).
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

# In the order of their bits in include/uapi/linux/capability.h.
_NAMES = """
    CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE
    NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO
    SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME
    SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG
    WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE
"""
CAPABILITIES = tuple(f"CAP_{name}" for name in _NAMES.split())


def missing(status: str, last: int) -> frozenset[str]:
    """Return the capabilities outside the bounding set.

    `status` is the text of /proc/self/status; `last` the highest capability that the kernel
    knows (/proc/sys/kernel/cap_last_cap): later ones are unknown to it, not missing.
    """
    mask = next(
        int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapBnd:")
    )
    return frozenset(
        name for bit, name in enumerate(CAPABILITIES) if bit <= last and not mask & (1 << bit)
    )


def missing_here() -> frozenset[str]:
    """Return the capabilities that this process can never have."""
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    return missing(Path("/proc/self/status").read_text(), last)


def without(process: dict[str, Any], unavailable: frozenset[str]) -> dict[str, Any]:
    """Return an OCI process object that asks for none of the `unavailable` capabilities."""
    sets: dict[str, list[str]] = process.get("capabilities") or {}
    kept = {
        name: [one for one in capabilities if one not in unavailable]
        for name, capabilities in sets.items()
    }
    return {**process, "capabilities": kept} if sets else process


def option(arguments: list[str], *names: str) -> str | None:
    """Return the value of a command-line option, given as `--name value` or `--name=value`."""
    for position, argument in enumerate(arguments):
        for name in names:
            if argument == name and position + 1 < len(arguments):
                return arguments[position + 1]
            if argument.startswith(f"{name}="):
                return argument.removeprefix(f"{name}=")
    return None


def _bound(arguments: list[str]) -> None:
    unavailable = missing_here()
    if "exec" in arguments:
        if named := option(arguments, "--process", "-p"):
            path = Path(named)
            path.write_text(json.dumps(without(json.loads(path.read_text()), unavailable)))
    elif "create" in arguments or "run" in arguments:
        path = Path(option(arguments, "--bundle", "-b") or ".") / "config.json"
        config = json.loads(path.read_text())
        config["process"] = without(config["process"], unavailable)
        path.write_text(json.dumps(config))


if __name__ == "__main__":
    _bound(sys.argv[1:])
    os.execvp("runc", ["runc", *sys.argv[1:]])  # noqa: S606 - becoming runc is the point
