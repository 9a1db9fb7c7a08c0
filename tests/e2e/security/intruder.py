"""What somebody who runs programs in the node's container tries; each prints JSON.

They run by `kubectl exec` with the container's own rights, which are those of a node that was
broken into: same user, same namespaces, same seccomp profile.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.support.producer import POD

if TYPE_CHECKING:
    from devkit.namespace import Namespace

EXTRA = "beside"

#: Every way in that ptrace_may_access (proc(5), ptrace(2)) decides on, tried on the sidecar's
#: processes and on an unprotected one of our own, which shows that the ways are real. (A seccomp
#: profile may refuse the system calls to everyone.)
LOOK_INSIDE = """
import ctypes, json, os, subprocess, sys
libc = ctypes.CDLL(None, use_errno=True)
class iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]

def ptrace(pid):
    if libc.ptrace(0x4206, pid, None, None) != 0:  # PTRACE_SEIZE, which does not stop it
        raise OSError(ctypes.get_errno(), "ptrace")

def read_memory(pid):
    own = iovec(ctypes.cast(ctypes.create_string_buffer(1), ctypes.c_void_p), 1)
    its = iovec(ctypes.c_void_p(1), 1)
    libc.process_vm_readv(pid, ctypes.byref(own), 1, ctypes.byref(its), 1, 0)
    if ctypes.get_errno() != 14:  # EFAULT: it may be read, but has nothing at that address
        raise OSError(ctypes.get_errno(), "process_vm_readv")

def take_descriptor(pid):
    if libc.syscall(438, os.pidfd_open(pid), 1, 0) < 0:  # pidfd_getfd(2)
        raise OSError(ctypes.get_errno(), "pidfd_getfd")

WAYS = {
    "environ": lambda pid: open(f"/proc/{pid}/environ", "rb").read(1),
    "root": lambda pid: os.listdir(f"/proc/{pid}/root/"),
    "cwd": lambda pid: os.listdir(f"/proc/{pid}/cwd/"),
    "fd": lambda pid: os.listdir(f"/proc/{pid}/fd"),
    "maps": lambda pid: open(f"/proc/{pid}/maps", "rb").read(1),
    "mem": lambda pid: open(f"/proc/{pid}/mem", "rb").close(),
    "process_vm_readv": read_memory,
    "pidfd_getfd": take_descriptor,
    "ptrace": ptrace,
}

def ways_into(pid):
    found = []
    for name, way in WAYS.items():
        ctypes.set_errno(0)
        try:
            way(pid)
        except OSError:
            continue
        found.append(name)
    return found

def command(pid):
    try:
        return open(f"/proc/{pid}/cmdline", "rb").read().decode().split(chr(0))
    except OSError:
        return []

pids = [int(name) for name in os.listdir("/proc") if name.isdecimal()]
sidecar = {pid: "guard" if "guard" in command(pid) else "manager"
           for pid in pids if any(word.endswith("/forge-manager") for word in command(pid))}
own = subprocess.Popen([sys.executable, "-c", "import time; print(1, flush=True); time.sleep(60)"],
                       stdout=subprocess.PIPE)
own.stdout.read(1)
found = {who: ways_into(pid) for pid, who in sidecar.items()}
found["unprotected"] = ways_into(own.pid)
own.kill()
print(json.dumps(found))
"""

#: Ends manager and guard and looks for their successors from their very first instruction on.
BREAK_IN_AT_A_START = """
import json, os, signal, sys, time

def started(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[19]
    except OSError:
        return None

def command(pid):
    try:
        return open(f"/proc/{pid}/cmdline", "rb").read()
    except OSError:
        return b""

def is_sidecar(pid):
    return any(word.endswith(b"/forge-manager") for word in command(pid).split(bytes(1)))

def pids():
    return [name for name in os.listdir("/proc") if name.isdecimal()]

known = {(pid, started(pid)) for pid in pids()}
for pid in pids():
    if is_sidecar(pid):
        os.kill(int(pid), signal.SIGKILL)
seen, looks = {}, 0
deadline = time.monotonic() + 45
while time.monotonic() < deadline and len(seen) < 2:
    for pid in pids():
        if (pid, started(pid)) in known:
            continue
        looks += 1
        if is_sidecar(pid):
            seen.setdefault(pid, time.monotonic())
        try:
            inside = os.listdir(f"/proc/{pid}/root/opt/forge-manager")
        except OSError:
            continue
        token = f"/proc/{pid}/root/var/run/secrets/kubernetes.io/serviceaccount/token"
        try:
            stolen = len(open(token).read())
        except OSError:
            stolen = 0
        print(json.dumps({"inside": command(pid).decode().split(chr(0)), "token_bytes": stolen}))
        sys.exit()
end = time.monotonic() + 1
while time.monotonic() < end:
    for pid in seen:
        try:
            os.listdir(f"/proc/{pid}/root/")
        except OSError:
            continue
        print(json.dumps({"inside": command(pid).decode().split(chr(0)), "token_bytes": -1}))
        sys.exit()
print(json.dumps({"inside": None, "started": len(seen), "looks": looks}))
"""

#: What this container has: its user, whether a token, what it can write, and the keys' files.
LOOK_AROUND = """
import json, os
mounts = [line.split(" - ") for line in open("/proc/self/mountinfo")]
on = {left.split()[4]: right.split()[0] for left, right in mounts}
writable = {point: kind for point, kind in on.items()
            if os.path.isdir(point) and os.access(point, os.W_OK)}
keys = {}
for point in on:
    for folder, _, names in os.walk(point) if point != "/" and "/proc" not in point else []:
        for name in {"kes.skey", "vrf.skey"} & set(names):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                about = os.stat(path)
                keys[path] = [on[point], oct(about.st_mode & 0o777), about.st_uid == os.getuid()]
print(json.dumps({"uid": os.getuid(), "writable": writable, "keys": keys,
                  "token": os.path.exists("/var/run/secrets/kubernetes.io/serviceaccount")}))
"""

#: Rights of every process of the pod, as the kernel keeps them: {command: [[field, value]...]}.
RIGHTS = """
import json, os
found = {}
for pid in filter(str.isdecimal, os.listdir("/proc")):
    try:
        lines = open(f"/proc/{pid}/status").read().splitlines()
    except OSError:
        continue
    fields = dict(line.split(":", 1) for line in lines)
    wanted = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp")
    found[fields["Name"].strip() + " " + pid] = {key: int(fields[key], 16) for key in wanted}
print(json.dumps(found))
"""

#: Files on the disks that this container can read that hold one of the texts given.
SEARCH_DISKS = """
import json, os, sys
texts = [text.encode() for text in json.loads(sys.argv[1])]
mounts = [line.split(" - ") for line in open("/proc/self/mountinfo")]
found = []
for left, right in mounts:
    point = left.split()[4]
    if right.split()[0] in ("tmpfs", "proc", "sysfs", "cgroup", "cgroup2", "devpts", "mqueue"):
        continue
    if point == "/":
        continue
    for folder, _, names in os.walk(point):
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.isfile(path):
                continue
            content = open(path, "rb").read()
            found += [path for text in texts if text in content]
print(json.dumps(found))
"""


def run(namespace: Namespace, container: str, program: str, *arguments: str) -> Any:
    """Run a program in a container of the producer's pod and return the JSON that it prints."""
    said = namespace.run(
        *("exec", POD, f"--container={container}", "--", "python3", "-c", program, *arguments)
    )
    return json.loads(said)


def extra_container(image: str) -> dict[str, object]:
    """Return a container of the user's, that waits."""
    return {
        "name": EXTRA,
        "image": image,
        "command": ["python3", "-c", "import signal; signal.pause()"],
        "resources": {"requests": {"cpu": "5m", "memory": "16Mi"}, "limits": {"memory": "64Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }
