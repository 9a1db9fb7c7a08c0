"""What a cluster's API server stores, put back to what it was: its last writes are lost."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.framework.api_server import ApiServer

_DATA = "/var/lib/etcd/member"
# Beside it, on the same file system. The container sees the directory above.
_COPY, _LATER = "/var/lib/etcd/e2e-copy", "/var/lib/etcd/e2e-later"
# Of a stopped process: as a power cut leaves it.
_TAKE = f"""
pid=$(pgrep -x etcd)
trap 'kill -CONT $pid' EXIT
kill -STOP $pid
rm -rf {_COPY}
cp -a --sparse=always {_DATA} {_COPY}
"""
# The kubelet starts both again. What watched the API server has to forget what it saw there.
_PUT_BACK = f"""
pkill -STOP -x kube-apiserver
pkill -STOP -x etcd
mv {_DATA} {_LATER}
mv {_COPY} {_DATA}
pkill -KILL -x etcd
pkill -KILL -x kube-apiserver
rm -rf {_LATER}
"""
_FORGET = "pkill -KILL -x 'kube-(controller.*|scheduler)' || true"
_RESTORE = f"""
if [ ! -e {_DATA} ] && [ -e {_LATER} ]; then mv {_LATER} {_DATA}; fi
pkill -CONT -x 'etcd|kube-apiserver' || true
rm -rf {_COPY} {_LATER}
"""


@dataclass(frozen=True)
class Etcd:
    """The store behind an API server."""

    server: ApiServer

    @contextlib.contextmanager
    def copied(self) -> Iterator[None]:
        """Keep, within, a copy of what is stored now, as a power cut would leave it."""
        try:
            self.server.machine.run(_TAKE)
            yield
        finally:
            self.restore()

    def put_back(self) -> None:
        """Have the copy be all that was ever written; waits until the API server answers from it.

        Its machine's kubelet starts both again: nobody answers for 5 to 10 s.
        """
        self.server.machine.run(_PUT_BACK)
        self.server.wait_until_back()
        self.server.machine.run(_FORGET)

    def restore(self) -> None:
        """Have it and its API server run on what it has, whatever was done to them."""
        self.server.machine.run(_RESTORE)
        self.server.restore()
