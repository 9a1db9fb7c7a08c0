"""Whether the kernel lets one more kind cluster watch its files, checked before it fails."""

from pathlib import Path

from devkit.steps import StepError

_LIMIT = Path("/proc/sys/fs/inotify/max_user_instances")
#: Instances of a node with a few pods: 130 were counted with six nodes.
PER_NODE = 22


def check(running: int, wanted: int, limit: int | None = None) -> None:
    """Refuse this many more nodes beside the running ones, if too few instances are left.

    Without this, some pod of the new cluster ends with "too many open files", long after.
    `limit`: of one user; None for this kernel's.

    Raises:
        StepError: it is too low; with the ways out.

    """
    if limit is None:
        limit = _read()
    needed = PER_NODE * (running + wanted)
    if running and limit is not None and needed > limit:
        raise StepError(
            f"{wanted} kind nodes beside the {running} that are running need about {needed} "
            f"inotify instances, and {_LIMIT} allows {limit}: run `make down` first, or `sysctl "
            f"fs.inotify.max_user_instances={4 * needed}`"
        )


def _read() -> int | None:
    try:
        return int(_LIMIT.read_text())
    except (OSError, ValueError):
        return None  # not a Linux of ours: kind says what it needs
