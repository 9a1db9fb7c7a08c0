"""Which local sockets listen, by the kernel's list: reading it leaves no trace in a node's log.

The list covers the reader's network namespace, which is the pod's, or the machine's under
hostNetwork. A name in it is the text that was given to bind(2), and does not say which file that
is. Format: /proc/net/unix in proc(5), and unix_seq_show in Linux's net/unix/af_unix.c. Standard
library only, for the guard.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

_LIST = Path("/proc/net/unix")
#: Some two thousand sockets; a pod has a few, a machine some hundreds.
_MAX_BYTES = 256 * 1024
_PAGE_BYTES = 4096  # no read returns more, proc(5) files being written page by page
_ACCEPTS_CONNECTIONS = 0x10000  # __SO_ACCEPTCON in linux/net.h


class Listing(NamedTuple):
    """What the list says about one name.

    `listening`: the inodes of the sockets that listen. `waiting`: connections wait to be accepted.
    """

    listening: frozenset[int]
    waiting: bool


NOT_LISTED = Listing(frozenset(), waiting=False)


def read_list(path: Path = _LIST, limit: int = _MAX_BYTES) -> bytes | None:
    """Return the kernel's list; None when it cannot be read, or is longer than `limit` bytes."""
    content = bytearray()
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        while len(content) <= limit:
            page = os.read(descriptor, _PAGE_BYTES)
            if not page:
                return bytes(content)
            content += page
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return None


def look_up(content: bytes, name: bytes) -> Listing:
    """Return what a list says about the sockets that are bound to this name.

    The kernel writes names as they are. One with a newline in it can look like another socket, so
    the list alone proves nothing: a listed socket must have been connected to once.
    """
    line = re.compile(
        rb"^[^ \n]+: [0-9A-F]{8} [0-9A-F]{8} ([0-9A-F]{8}) [0-9A-F]{4} [0-9A-F]{2} +([0-9]{1,20}) "
        + re.escape(name)
        + rb"$",
        re.MULTILINE,
    )
    listening, waiting = set(), False
    for flags, digits in line.findall(content):
        inode = int(digits)
        if int(flags, 16) & _ACCEPTS_CONNECTIONS:
            listening.add(inode)
        elif inode == 0:  # its end of a connection has no file yet: it has not been accepted
            waiting = True
    return Listing(frozenset(listening), waiting)
