"""Namespaces of their own for the bench and all that it starts.

The bench is the first process of a process namespace: when it ends, however it ends, the kernel
kills everything in there (pid_namespaces(7)). Its network has no way out, and /run is a volume in
memory that goes with it.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

#: All files of the bench.
VOLUME = Path("/run")
#: Where pods reach the API server, at its side of each pod's link.
HOST = "10.77.0.1"
_NAMESPACES = ("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
#: Pods give way to the API server, which has a machine of its own in a cluster.
GIVES_WAY = ("nice", "-n", "10")
_IN_MEMORY = ("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs")


def run_inside(module: str, arguments: list[str]) -> NoReturn:
    """Run a module of ours in there, in place of this process: whoever ends that, ends all.

    Without root's rights, which creating namespaces needs, it has those of a user namespace.
    """
    user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    python = (sys.executable, "-m", module)
    os.execvp("unshare", ["unshare", *user, *_NAMESPACES, *python, *arguments])  # noqa: S606


def prepare() -> None:
    """Bring up the network, mount the volume, and raise the limit of open files."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # which a first process would ignore
    subprocess.run([*_IN_MEMORY, str(VOLUME)], check=True)
    commands = f"link set lo up\naddress add {HOST}/32 dev lo\n"
    subprocess.run(["ip", "-batch", "-"], input=commands, text=True, check=True)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
